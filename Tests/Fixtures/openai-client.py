"""Drives a node with the official client, and prints what it saw as one JSON object. Usage: openai-client.py API_SOCKET MODEL"""

import json
import sys

import httpx2
import openai

socket, model = sys.argv[1:]
client = openai.OpenAI(base_url="http://holdfast/v1", api_key="none", max_retries=0,
                       http_client=openai.DefaultHttpxClient(transport=httpx2.HTTPTransport(uds=socket)))
question = [{"role": "user", "content": "Why is the sky blue? Answer in one sentence."}]
fixed = {"model": model, "temperature": 0, "max_tokens": 8}
seen = {}


def failing(name, call):
    try:
        call()
        seen[name] = {"type": None}
    except openai.APIStatusError as error:
        seen[name] = {"type": type(error).__name__, "code": error.code, "param": error.param, "message": error.message}


def follow(chunks):
    result = {"text": "", "roles": [], "finish": None, "usage": None}
    for chunk in chunks:
        result["last_choices"] = len(chunk.choices)
        for choice in chunk.choices:
            if getattr(choice, "delta", None) is None:
                result["text"] += choice.text
            else:
                result["text"] += choice.delta.content or ""
                if choice.delta.role:
                    result["roles"].append(choice.delta.role)
            result["finish"] = choice.finish_reason or result["finish"]
        if chunk.usage:
            result["usage"] = chunk.usage.model_dump()
    return result


chat = client.chat.completions.create
seen["chat"] = chat(messages=question, **fixed).model_dump()
seen["stream"] = follow(chat(messages=question, stream=True, **fixed))
seen["stream_usage"] = follow(chat(messages=question, stream=True, stream_options={"include_usage": True}, **fixed))
complete = client.completions.create
seen["completion"] = complete(prompt="The tide", **fixed).model_dump()
seen["completion_stream"] = follow(complete(prompt="The tide", stream=True, **fixed))
seen["echo"] = complete(prompt="The tide", echo=True, **fixed).choices[0].text
seen["models"] = [entry.id for entry in client.models.list()]
seen["model"] = client.models.retrieve(model).model_dump()

failing("missing_model", lambda: client.models.retrieve("nothing"))
failing("missing_chat", lambda: chat(messages=question, model="nothing"))
failing("bad_temperature", lambda: chat(messages=question, model=model, temperature="hot"))
failing("bad_messages", lambda: chat(messages=17, model=model))
failing("bad_role", lambda: chat(messages=[{"role": "wizard", "content": "x"}], model=model))
failing("bad_max", lambda: chat(messages=question, model=model, max_tokens=0))
failing("tools", lambda: chat(messages=question, model=model, tools=[{"type": "function", "function": {"name": "x"}}]))
failing("two", lambda: chat(messages=question, model=model, n=2))
json.dump(seen, sys.stdout)

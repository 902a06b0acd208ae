"""Holds OCSF events, one a line, against the official schema.

    ocsf_check.py < EVENTS      prints how many events of each class hold; exits 1 at the first that does not, saying why

`ocsf-json-schema` carries the schemas of schema.ocsf.io and makes JSON Schemas of them (unknown attributes are refused, `at_least_one`
is kept); `jsonschema` checks. What JSON Schema cannot say is checked here: type_uid, and captions beside their ids.
"""

import collections
import json
import sys

import jsonschema
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

VERSION = "1.8.0"


class Schema:
    def __init__(self):
        self.source = get_ocsf_schema(version=VERSION)
        self.made = OcsfJsonSchemaEmbedded(self.source)
        self.validators = {}

    def check(self, event):
        name = self.made.lookup_class_name_from_uid(event["class_uid"])
        profiles = tuple(sorted(event["metadata"].get("profiles", [])))
        if (name, profiles) not in self.validators:
            schema = self.made.get_class_schema(name, list(profiles))
            self.validators[name, profiles] = jsonschema.Draft202012Validator(schema)
        self.validators[name, profiles].validate(event)
        self.check_meaning(event, self.source["classes"][name]["attributes"])
        return name

    def check_meaning(self, event, attributes):
        if event["metadata"]["version"] != VERSION:
            raise ValueError(f"schema version {event['metadata']['version']}")
        if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
            raise ValueError(f"type_uid {event['type_uid']} is not class and activity")
        for key, text in (("activity_id", "activity_name"), ("severity_id", "severity"), ("status_id", "status")):
            caption = attributes[key]["enum"][str(event[key])]["caption"] if key in event else None
            if caption and event[key] != 99 and event.get(text) != caption:
                raise ValueError(f"{text} is {event.get(text)!r}, and {key} {event[key]} means {caption!r}")


def main():
    schema, seen = Schema(), collections.Counter()
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            seen[schema.check(json.loads(line))] += 1
        except jsonschema.ValidationError as error:
            sys.exit(f"line {number}: {error.json_path}: {error.message}")
        except (KeyError, ValueError) as error:
            sys.exit(f"line {number}: {error!r}")
    for name, count in sorted(seen.items()):
        print(name, count)


main()

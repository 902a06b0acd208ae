// holdfast-confine --parent PID [--limit-NAME VALUE …] -- /absolute/engine [argument …]
//
// Shuts a process in before a third-party engine runs in it. It starts once for each engine and Foundation would be most of that time,
// so there is none.

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

switch Invocation.parse(CommandLine.arguments.dropFirst()) {
case .failure(let mistake):
    fail(.usage, mistake.text)
case .success(let invocation):
    confine(invocation)
    execute(invocation.program, invocation.arguments)
}

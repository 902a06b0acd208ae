import NIOCore

/// Runs the tasks of a connection on the thread of its event loop, so that a token on its way from the engine to the client wakes no other
/// thread. What blocks must leave it (`offPool`).
public final class ConnectionExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

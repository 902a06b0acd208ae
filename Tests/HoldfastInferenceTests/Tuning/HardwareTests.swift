import Testing

@testable import HoldfastInference

struct HardwareTests {
    @Test("An x86 machine in words")
    func x86() {
        let machine = Hardware(
            processors: """
                processor\t: 0
                model name\t: AMD EPYC  7B13
                flags\t\t: fpu sse4_2 avx avx2 f16c fma bmi2 hypervisor

                processor\t: 1
                model name\t: AMD EPYC  7B13
                flags\t\t: fpu sse4_2 avx avx2 f16c fma bmi2 hypervisor
                """, memory: "MemTotal:       24609404 kB\nMemFree: 1 kB\n", cores: 2)
        #expect(machine.description == "AMD EPYC 7B13, 2 cores, 24 GiB, avx avx2 bmi2 f16c fma sse4_2")
    }

    @Test("An Arm machine has no model name, and other words for its instruction sets")
    func arm() {
        let machine = Hardware(
            processors:
                "processor\t: 0\nFeatures\t: fp asimd asimddp i8mm\nCPU implementer\t: 0x41\nCPU part\t: 0xd4f\nCPU revision\t: 0\n",
            memory: "MemTotal: 3900000 kB\n", cores: 1)
        #expect(machine.description == "Arm 0x41 0xd4f 0, 1 core, 4 GiB, asimd asimddp i8mm")
    }

    @Test("More memory, another core or instruction set is another machine; a kernel that keeps a little more for itself is not")
    func differences() {
        func machine(_ kilobytes: Int, _ flags: String, _ cores: Int) -> String {
            Hardware(processors: "model name: x\nflags: \(flags)\n", memory: "MemTotal: \(kilobytes) kB", cores: cores).description
        }
        let usual = machine(3_900_000, "avx avx2", 4)
        #expect(machine(3_891_000, "avx2 avx pni", 4) == usual)
        #expect(machine(7_900_000, "avx avx2", 4) != usual)
        #expect(machine(3_900_000, "avx", 4) != usual)
        #expect(machine(3_900_000, "avx avx2", 3) != usual)
    }

    @Test("Processors that the process may not use do not count")
    func affinity() {
        #expect(Hardware.cores(status: "Name:\tx\nCpus_allowed:\t00000000,0000f00f\nCpus_allowed_list:\t0-3\n") == 8)
        #expect(Hardware.cores(status: "") == 1)
    }

    @Test("Nothing to read is no reason to fail")
    func nothing() {
        #expect(Hardware(processors: "", memory: "", cores: 1).description == "unknown processor, 1 core, 0 GiB")
        #expect(Hardware.current().cores > 0)
    }
}

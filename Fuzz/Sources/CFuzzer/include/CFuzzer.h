// libFuzzer as a library (llvm.org/docs/LibFuzzer.html). C because that is what it speaks. SwiftPM wants the main function itself, so libFuzzer's
// own cannot be it.
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test_one_input)(const uint8_t *bytes, size_t count));

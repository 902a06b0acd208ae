// The few functions Swift cannot express. One header per concern; each function says why it is here.
#pragma once
#include "hf_peer.h"
#include "hf_process.h"
#include "hf_packet.h"
#include "hf_memory.h"
#include "hf_layers.h"
#include "hf_filesystem.h"

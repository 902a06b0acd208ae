// Giving memory back while nothing is to be done.
#pragma once

/// malloc_trim(3) of the whole heap, and MADV_DONTNEED on this program's executable mappings: the pages are clean copies of a file and come
/// back from the page cache when they are next run. C because dl_iterate_phdr(3) takes a callback with C structures whose macros
/// (ElfW) Swift does not see. Only executable segments: a read-only one may hold relocated data, which no file has.
void hf_release_idle_memory(void);

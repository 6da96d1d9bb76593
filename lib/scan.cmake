# The tables of the scan (codec/scan.h): the portable one, and those for this kind of processor,
# each a source with flags of its own.  Which of them is used is decided when a decoder is made.
set(PGCOPY_SCAN "auto" CACHE STRING "The only table of the scan beside the portable one: portable, sse2, avx2, avx512, neon")

include(CheckCCompilerFlag)

set(scan_sources codec/scan_portable.c)
set(scan_definitions "")

function(scan_table name macro flags)
  if(PGCOPY_SCAN STREQUAL "auto" OR name MATCHES "^${PGCOPY_SCAN}(_|$)")
    set(scan_sources ${scan_sources} codec/scan_${name}.c PARENT_SCOPE)
    set(scan_definitions ${scan_definitions} ${macro} PARENT_SCOPE)
    set_source_files_properties(codec/scan_${name}.c PROPERTIES COMPILE_OPTIONS "${flags}")
  endif()
endfunction()

if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$" AND CMAKE_SIZEOF_VOID_P EQUAL 8)
    set(avx2 -mavx2 -mbmi -mbmi2 -mlzcnt -mpclmul -mpopcnt -fno-tree-slp-vectorize)
    # Else gcc clears a register before each TZCNT, for the sake of processors before Skylake.
    check_c_compiler_flag(-mtune=znver2 PGCOPY_HAS_MTUNE)
    if(PGCOPY_HAS_MTUNE)
      set(tuned -mtune=znver2)
    endif()
    scan_table(sse2 SCAN_SSE2 "")
    scan_table(avx2 SCAN_AVX2 "${avx2};${tuned}")
    scan_table(avx2_sparse SCAN_AVX2_SPARSE "${avx2};${tuned}")
    scan_table(avx512 SCAN_AVX512 "${avx2};-mavx512f;-mavx512bw;-mavx512vl;-mavx512vbmi;-mavx512vbmi2")
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    scan_table(neon SCAN_NEON "")
  endif()
endif()

list(LENGTH scan_sources scan_tables)
if(PGCOPY_SCAN MATCHES "_" OR (scan_tables EQUAL 1 AND NOT PGCOPY_SCAN MATCHES "^(auto|portable)$"))
  message(FATAL_ERROR "PGCOPY_SCAN=${PGCOPY_SCAN}: no such table for this processor and compiler")
endif()

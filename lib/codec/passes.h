/* codec/passes.h - all passes, for the processor that the source has chosen. */
#ifndef CODEC_PASSES_H
#define CODEC_PASSES_H

#include "codec/pass_classify.h"
#include "codec/pass_fields.h"
#include "codec/pass_split.h"
#include "codec/pass_unquote.h"
#include "codec/pass_utf8.h"
#include "codec/pass_write.h"

#define PASSES(name)                                                                        \
    {                                                                                       \
        name, classify, letters, split_csv, split_text, split_plain, fields, utf8, unquote, \
            write_short, write_quoted, finds_stop, escape_text, escape_quoted               \
    }

#endif

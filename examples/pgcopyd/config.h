/* config.h - the config file. */
#ifndef PGCOPYD_CONFIG_H
#define PGCOPYD_CONFIG_H

#include "options.h"

/* Reads it into o.  False: *code is how to exit, and why is said on standard error. */
bool config_read(struct options *o, const char *path, enum exit_code *code);

#endif

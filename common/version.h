/* version.h - floor 0: the version, as VERSION has it; make check compares them. */
#ifndef YX_COMMON_VERSION_H
#define YX_COMMON_VERSION_H

#define YX_VERSION "0.1.0"

#endif

/* log.h - floor 0: one line a fact on stderr: time, level, program, text.
 * Control bytes are escaped, so foreign text cannot forge a line. Never hand it
 * a PIN, a password, a key, a token or an APDU that carries one. */
#ifndef YX_COMMON_LOG_H
#define YX_COMMON_LOG_H

enum yx_level { YX_LOG_ERROR, YX_LOG_WARN, YX_LOG_INFO, YX_LOG_DEBUG };

/* The level that a settings file calls "error", "warn", "info" or "debug"; -1 if it is no such word. */
int yx_log_level(const char *word);

/* Name shown in each line and the highest level that is written. Call once. */
void yx_log_open(const char *program, enum yx_level level);

__attribute__((format(printf, 2, 3)))
void yx_log(enum yx_level level, const char *fmt, ...);

#define yx_error(...) yx_log(YX_LOG_ERROR, __VA_ARGS__)
#define yx_warn(...)  yx_log(YX_LOG_WARN, __VA_ARGS__)
#define yx_info(...)  yx_log(YX_LOG_INFO, __VA_ARGS__)
#define yx_debug(...) yx_log(YX_LOG_DEBUG, __VA_ARGS__)

#endif

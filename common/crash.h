/* crash.h - floor 0: places where tests pull the plug.
 *
 * In the sanitizer build (YX_SANITIZE) yx_crash_point("send.stored") kills the
 * process with SIGKILL if the file named by YINXIN_CRASH_FILE holds that name;
 * the file is removed first, so a restarted server goes on. In the product the
 * macro is nothing. */
#ifndef YX_COMMON_CRASH_H
#define YX_COMMON_CRASH_H

#ifdef YX_SANITIZE
void yx_crash_at(const char *name);
#define yx_crash_point(name) yx_crash_at(name)
#else
#define yx_crash_point(name) ((void)0)
#endif

#endif

/* language.h - which of our two languages the user's settings ask for. */
#ifndef YX_HOST_LANGUAGE_H
#define YX_HOST_LANGUAGE_H

/* 1: Traditional Chinese, 0: English (LC_ALL, LC_MESSAGES, LANG). */
int language_chinese(void);

#endif

/* demo.h - floor 5: the training deck's data, for demonstrations and tests: its
 * agency, people, vendor, ten contracts and their messages with their own numbers.
 * The signatures in it are real, made with the test PKI's keys. */
#ifndef YX_DEMO_H
#define YX_DEMO_H

#include "backend/domain/base/domain.h"

#define DEMO_PASSWORD "Yinxin-demo-2021"

/* dir: the private instance (dir/pki/NAME.crt and .key; sql/demo/contract.pdf is
 * read from dir/demo.pdf). One transaction at the end: an interrupted load leaves
 * nothing behind. *loaded 0: the data was there. */
int demo_load(struct yx_db *db, struct domain *d, const char *dir, int *loaded) YX_MUST_USE;

#endif

/* wallet.h - floor 5: wallets: what is deleted goes, what ends is told. */
#ifndef YX_JOBS_WALLET_H
#define YX_JOBS_WALLET_H

#include "backend/domain/base/domain.h"

/* A round of both. */
int job_wallets(struct yx_db *db, struct domain *d, int64_t now_ms) YX_MUST_USE;

#endif

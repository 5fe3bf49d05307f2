/* export.h - floor 4: all documents of a wallet as one ZIP, written as it is read: no byte of it
 * stands in a file on the way. With it go SHA256SUMS, which `sha256sum -c` takes, and manifest.csv
 * with the labels, and with what was found damaged. */
#ifndef YX_WALLET_EXPORT_H
#define YX_WALLET_EXPORT_H

#include "backend/domain/wallet/item.h"

struct wallet_export { uint8_t secret[WALLET_KEY]; };

/* Notes it in the audit trail. YX_WALLET_NONE. Runs its own transaction. */
int wallet_export_begin(struct act *act) YX_MUST_USE;
/* Errors: those of `out`, YX_IO. A damaged document is left out, and named. */
int wallet_export_write(struct act *act, const struct wallet_export *x, envelope_out out, void *ctx) YX_MUST_USE;

#endif

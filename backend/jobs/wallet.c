#include "backend/jobs/wallet.h"

#include "backend/domain/wallet/grant.h"
#include "backend/domain/wallet/item.h"
#include "backend/domain/wallet/wallet.h"
#include "common/log.h"

#define ARENA_BYTES (16 << 20)

int
job_wallets(struct yx_db *db, struct domain *d, int64_t now_ms)
{
	struct yx_arena *a = yx_arena_new(ARENA_BYTES);
	struct act act = { .db = db, .arena = a, .domain = d, .ip = "", .at = now_ms };
	size_t gone = 0, told = 0;
	int rc = a == NULL ? YX_NO_MEMORY : wallet_sweep(&act);

	if (rc == YX_OK && (rc = grant_sweep(&act)) == YX_OK && (rc = item_collect(&act, &gone)) == YX_OK)
		rc = item_remind_due(&act, &told);
	if (gone + told > 0)
		yx_info("wallets: %zu files are gone, %zu reminders", gone, told);
	yx_arena_free(&a);
	return rc;
}

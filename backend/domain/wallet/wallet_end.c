#include "backend/domain/wallet/grant.h"
#include "backend/domain/wallet/item.h"
#include "backend/domain/wallet/wallet.h"

int
wallet_remind_days(struct act *act, int64_t days)
{
	int rc = wallet_put_remind_days(act, days);

	return rc != YX_OK ? rc : item_remind(act, act->who.member_id, NULL);
}

int
wallet_destroy(struct act *act)
{
	int rc = wallet_drop(act);

	return rc != YX_OK || (rc = grant_end_all(act)) != YX_OK ? rc : item_end_all(act);
}

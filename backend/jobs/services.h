/* services.h - floor 5: a step of the worker. */
#ifndef YX_SERVICES_H
#define YX_SERVICES_H

#include "backend/domain/base/domain.h"

/* Asks CRLs, OCSP responders and timestamp authorities, every few minutes (service.h). */
int job_services(struct yx_db *db, struct domain *d) YX_MUST_USE;

#endif

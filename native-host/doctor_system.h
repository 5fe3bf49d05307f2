/* doctor_system.h - what surrounds the host: modules, browsers in sandboxes, policies,
 * files that others could change, the log. */
#ifndef YX_HOST_DOCTOR_SYSTEM_H
#define YX_HOST_DOCTOR_SYSTEM_H

#include "native-host/config.h"
#include "native-host/finding.h"

void doctor_system(struct findings *d, const struct config *config);

#endif

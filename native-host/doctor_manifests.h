/* doctor_manifests.h - the browsers' host manifests. */
#ifndef YX_HOST_DOCTOR_MANIFESTS_H
#define YX_HOST_DOCTOR_MANIFESTS_H

#include "native-host/finding.h"

/* Adds what is found about them, for each browser. */
void doctor_manifests(struct findings *d);

#endif

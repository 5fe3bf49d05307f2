/* doctor.h - looks at everything that signing needs and says what to do. */
#ifndef YX_HOST_DOCTOR_H
#define YX_HOST_DOCTOR_H

#include "common/json.h"
#include "native-host/finding.h"
#include "native-host/worker.h"

/* The work of a job: job->input is the findings afterwards. ctx: not NULL if a browser
 * asks. A silent card keeps it as any work; done once more it passes that reader over, and
 * names it. */
int doctor_fill(struct job *job, const void *ctx) YX_MUST_USE;
int doctor_work(struct job *job) YX_MUST_USE;
/* Writes the members version, ok and findings. details: with paths and names of readers,
 * which are the user's affair and no page's. */
void doctor_put(struct yx_jw *w, const struct findings *d, int details);

/* Prints the findings, as text (in the language of LANG) or as JSON. Returns the
 * exit status: 0 if signing can work, 1 if something has to be done. */
int doctor_run(int json);

#endif

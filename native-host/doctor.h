/* doctor.h - looks at everything that signing needs and says what to do. */
#ifndef YX_HOST_DOCTOR_H
#define YX_HOST_DOCTOR_H

/* Prints the findings, as text (in the language of LANG) or as JSON. Returns the
 * exit status: 0 if signing can work, 1 if something has to be done. */
int doctor_run(int json);

#endif

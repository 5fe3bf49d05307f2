#include "native-host/doctor.h"

int
doctor_run(int json)
{
	return json;
}

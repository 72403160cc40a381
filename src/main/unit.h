/* unit.h: what a service manager that started us (systemd, with Type=notify) is told: that all roles are ready, that they are being
 * ended. Without one nothing is told, and nobody is worse off when it does not hear. Allocates nothing. */
#pragma once

/* "READY=1", "STOPPING=1"; to the socket that the environment names, if it does. */
void unit_tell(const char *state);

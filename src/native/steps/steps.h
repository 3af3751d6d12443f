/* One function per step kind; wire.h says what each does. All of them record their failures. */
#ifndef OCI_STEPS_H
#define OCI_STEPS_H

#include "../context.h"

typedef int step_function(struct context *c, const struct oci_step *s);

#define X(name, value, function, ...) step_function function;
OCI_STEP_KINDS(X)
#undef X

#endif

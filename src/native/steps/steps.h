/* One function a step kind; wire.h says what each does. All of them record their failures. */
#ifndef OCI_STEPS_H
#define OCI_STEPS_H

#include "../context.h"

int step_supervise(struct context *c, const struct oci_step *s);
int step_join_ns(struct context *c, const struct oci_step *s);
int step_unshare(struct context *c, const struct oci_step *s);
int step_time_offsets(struct context *c, const struct oci_step *s);
int step_await(struct context *c, const struct oci_step *s);
int step_become_root(struct context *c, const struct oci_step *s);
int step_clone(struct context *c, const struct oci_step *s);
int step_join_cgroup(struct context *c, const struct oci_step *s);
int step_sources(struct context *c, const struct oci_step *s);
int step_setsid(struct context *c, const struct oci_step *s);
int step_keyring(struct context *c, const struct oci_step *s);
int step_loopback_up(struct context *c, const struct oci_step *s);
int step_root_propagation(struct context *c, const struct oci_step *s);
int step_open_root(struct context *c, const struct oci_step *s);
int step_open_devnull(struct context *c, const struct oci_step *s);
int step_mount(struct context *c, const struct oci_step *s);
int step_bind(struct context *c, const struct oci_step *s);
int step_setattr(struct context *c, const struct oci_step *s);
int step_mkdir(struct context *c, const struct oci_step *s);
int step_mknod(struct context *c, const struct oci_step *s);
int step_symlink(struct context *c, const struct oci_step *s);
int step_unlink(struct context *c, const struct oci_step *s);
int step_console(struct context *c, const struct oci_step *s);
int step_pivot_root(struct context *c, const struct oci_step *s);
int step_root_readonly(struct context *c, const struct oci_step *s);
int step_hostname(struct context *c, const struct oci_step *s);
int step_domainname(struct context *c, const struct oci_step *s);
int step_sysctl(struct context *c, const struct oci_step *s);
int step_readonly_path(struct context *c, const struct oci_step *s);
int step_mask(struct context *c, const struct oci_step *s);
int step_oom_score(struct context *c, const struct oci_step *s);
int step_attr_exec(struct context *c, const struct oci_step *s);
int step_rlimit(struct context *c, const struct oci_step *s);
int step_scheduler(struct context *c, const struct oci_step *s);
int step_ioprio(struct context *c, const struct oci_step *s);
int step_affinity(struct context *c, const struct oci_step *s);
int step_mempolicy(struct context *c, const struct oci_step *s);
int step_personality(struct context *c, const struct oci_step *s);
int step_no_new_privs(struct context *c, const struct oci_step *s);
int step_cap_bounding(struct context *c, const struct oci_step *s);
int step_user(struct context *c, const struct oci_step *s);
int step_caps(struct context *c, const struct oci_step *s);
int step_chdir(struct context *c, const struct oci_step *s);
int step_lookup(struct context *c, const struct oci_step *s);
int step_seccomp(struct context *c, const struct oci_step *s);
int step_ready(struct context *c, const struct oci_step *s);
int step_gate(struct context *c, const struct oci_step *s);
int step_hook(struct context *c, const struct oci_step *s);
int step_keep_fd(struct context *c, const struct oci_step *s);
int step_exec(struct context *c, const struct oci_step *s);
int step_leash(struct context *c, const struct oci_step *s);

#endif

/*
 * The SOCK_SEQPACKET channel to the runtime. Plain records go by write(2) and read(2), which hardly any seccomp profile
 * forbids; only descriptors need sendmsg(2).
 */
#ifndef OCI_CHANNEL_H
#define OCI_CHANNEL_H

#include "context.h"

/* Receives all of OCI_MSG_PROGRAM: descriptors go to fds (room for OCI_WIRE_MAX_FDS + 1), their number is returned. Records. */
int channel_program(struct context *c, int *fds);

/* Waits until the runtime knows of this process. Every record that is sent does; what may forbid read(2) comes after it. Records. */
int channel_await_answer(struct context *c);

/* Sends one record. Records. */
int channel_send(struct context *c, struct oci_msg *m, int fd);
int channel_send_type(struct context *c, enum oci_msg_type type);
int channel_send_timeline(struct context *c, uint32_t count);

/* Waits for a record of this type. The end of the channel ends the process: nobody waits for the result. Records. */
int channel_expect(struct context *c, enum oci_msg_type type);

/* The next record from any socket, or one of this type: 1, 0 at its end, -1 with errno. */
int record_next(int socket, struct oci_msg *m);
int record_read(int socket, enum oci_msg_type type);

/* Some bytes and one descriptor in one message. */
int send_descriptor(int socket, const void *bytes, size_t length, int fd);

/* The same the other way; *fd stays as it is when none came. Does not wait. What was read, 0 at the end, -1 with errno. */
ssize_t receive_descriptor(int socket, void *bytes, size_t length, int *fd);

#endif

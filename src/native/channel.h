/*
 * The SOCK_SEQPACKET channel to the runtime. Plain records use write(2) and read(2), which hardly any seccomp profile
 * forbids; only descriptors need sendmsg(2).
 */
#ifndef OCI_CHANNEL_H
#define OCI_CHANNEL_H

#include "context.h"

/* Receives all of OCI_MSG_PROGRAM: stores the descriptors in fds (room for OCI_WIRE_MAX_FDS + 1) and returns their number. Records. */
int channel_program(struct context *c, int *fds);

/* Waits until the runtime knows of this process. Sending a record does this first; steps that may forbid read(2) come after it. Records. */
int channel_await_answer(struct context *c);

/* Sends one record. Records. */
int channel_send(struct context *c, struct oci_msg *m, int fd);
int channel_send_type(struct context *c, enum oci_msg_type type);
int channel_send_timeline(struct context *c, uint32_t count);

/* Waits for a record of this type. The end of the channel ends the process, since nobody waits for the result. Records. */
int channel_expect(struct context *c, enum oci_msg_type type);

/* Reads the next record from any socket: 1, 0 at its end, -1 with errno. */
int record_next(int socket, struct oci_msg *m);
int record_read(int socket, enum oci_msg_type type);

/* Sends some bytes and one descriptor in one message. */
int send_descriptor(int socket, const void *bytes, size_t length, int fd);

/* Receives such a message; *fd is unchanged if no descriptor came. Does not wait. Returns the bytes read, 0 at the end, -1 with errno. */
ssize_t receive_descriptor(int socket, void *bytes, size_t length, int *fd);

#endif

// The places where the two kernels' receive paths part. Both variants of a seam stand side by side in one
// file of this folder; the profiles (linux_4_13.cpp, linux_6_18.cpp) choose.
#pragma once
#include "core/machine/kernel.h"

namespace ringside::seams {

// deliver_to_socket.cpp: end of tcp_v4_rcv(), nobody owns the socket. Consumes the skb.
void deliver_to_socket_4_13(Kernel& k, SockId sk, SkbId skb);
void deliver_to_socket_6_18(Kernel& k, SockId sk, SkbId skb);

// backlog.cpp: end of tcp_v4_rcv(), a process owns the socket. False: refused for `reason`, skb is the
// caller's.
bool add_backlog_4_13(Kernel& k, SockId sk, SkbId skb, Drop& reason);
bool add_backlog_6_18(Kernel& k, SockId sk, SkbId skb, Drop& reason);

// in_order_data.cpp: the data of a predicted segment, and of an in-order one on the slow path.
FastData fast_path_data_4_13(Kernel& k, SockId sk, SkbId skb);
FastData fast_path_data_6_18(Kernel& k, SockId sk, SkbId skb);
ReaderCopy copy_to_waiting_reader_4_13(Kernel& k, SockId sk, SkbId skb);
ReaderCopy copy_to_waiting_reader_6_18(Kernel& k, SockId sk, SkbId skb);
bool make_room_in_order_4_13(Kernel& k, SockId sk, SkbId skb);
bool make_room_in_order_6_18(Kernel& k, SockId sk, SkbId skb);

// read_loop.cpp, one variant each in read_loop_4_13.cpp and read_loop_6_18.cpp: tcp_recvmsg() after
// lock_sock(). False: the process sleeps.
bool read_loop_4_13(Kernel& k, SockId sk, ProcessId self);
bool read_loop_6_18(Kernel& k, SockId sk, ProcessId self);

// ack_decision.cpp: body of __tcp_ack_snd_check().
void ack_decision_4_13(Kernel& k, SockId sk, bool ofo_possible);
void ack_decision_6_18(Kernel& k, SockId sk, bool ofo_possible);

// delack_timer.cpp: body of tcp_delack_timer() and of tcp_delack_timer_handler().
void delack_timer_4_13(Kernel& k, SockId sk);
void delack_timer_6_18(Kernel& k, SockId sk);
void delack_timer_handler_4_13(Kernel& k, SockId sk);
void delack_timer_handler_6_18(Kernel& k, SockId sk);

// wakeup.cpp: is there enough for the reader? Then sk_data_ready.
void data_ready_4_13(Kernel& k, SockId sk);
void data_ready_6_18(Kernel& k, SockId sk);
bool readable_4_13(Kernel& k, SockId sk, std::int32_t target);
bool readable_6_18(Kernel& k, SockId sk, std::int32_t target);

// free_after_read.cpp: an skb whose bytes are all read leaves the receive queue.
void eat_skb_4_13(Kernel& k, SockId sk, SkbId skb);
void eat_skb_6_18(Kernel& k, SockId sk, SkbId skb);

}  // namespace ringside::seams

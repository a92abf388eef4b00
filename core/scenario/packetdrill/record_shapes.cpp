#include "core/scenario/packetdrill/record_shapes.h"

namespace ringside::packetdrill {
namespace {

using Argument = RecordField::Argument;

constexpr RecordField sockaddr_fields[] = {{"sa_family"}, {"sin_port"}, {"sin_addr"}};
constexpr RecordField msghdr_fields[] = {{"msg_name", Argument::ellipsis},
                                         {"msg_iov", Argument::integer},
                                         {"msg_flags"},
                                         {"msg_control", Argument::none, true}};
constexpr RecordField cmsghdr_fields[] = {{"cmsg_level"}, {"cmsg_type"}, {"cmsg_data"}};
constexpr RecordField timestamping_fields[] = {{"scm_sec"}, {"scm_nsec"}};
constexpr RecordField extended_error_fields[] = {{"ee_errno"}, {"ee_origin"}, {"ee_type"},
                                                 {"ee_code"},  {"ee_info"},   {"ee_data"}};
constexpr RecordField pollfd_fields[] = {{"fd"}, {"events"}, {"revents", Argument::none, true}};
constexpr std::string_view epoll_data[] = {"ptr", "u32", "u64"};
constexpr RecordField epoll_event_fields[] = {{"events"}, {"fd", Argument::none, false, epoll_data}};
constexpr RecordField linger_fields[] = {{"onoff"}, {"linger"}};

constexpr RecordShape shapes[] = {{"sockaddr_in", sockaddr_fields},
                                  {"msghdr", msghdr_fields},
                                  {"cmsghdr", cmsghdr_fields},
                                  {"scm_timestamping", timestamping_fields},
                                  {"sock_extended_err", extended_error_fields},
                                  {"pollfd", pollfd_fields},
                                  {"epoll_event", epoll_event_fields},
                                  {"linger", linger_fields}};

}  // namespace

const RecordShape* record_shape(std::string_view first_field) {
  for (const RecordShape& shape : shapes) {
    if (shape.fields.front().name == first_field) return &shape;
  }
  return nullptr;
}

}  // namespace ringside::packetdrill

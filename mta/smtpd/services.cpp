#include "mta/smtpd/services.h"

namespace helio::mta {
namespace {

constexpr std::string_view messages = "helio_mta_messages_total";
constexpr std::string_view messages_help = "Messages received to the end of data, by the reply's class";

}  // namespace

SmtpdMetrics::SmtpdMetrics(base::Registry& registry)
    : sessions(registry.counter("helio_mta_sessions_total", "SMTP sessions served")),
      messages_accepted(registry.counter(messages, messages_help, R"(result="accepted")")),
      messages_refused(registry.counter(messages, messages_help, R"(result="refused")")),
      messages_deferred(registry.counter(messages, messages_help, R"(result="deferred")")),
      bytes_accepted(registry.counter("helio_mta_accepted_bytes_total", "Bytes of accepted messages")),
      recipients_refused(registry.counter("helio_mta_recipients_refused_total", "RCPT commands not answered with 250")),
      auth_failures(registry.counter("helio_mta_auth_failures_total", "AUTH exchanges that did not succeed")) {}

}  // namespace helio::mta

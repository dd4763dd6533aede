#include "common/mail/envelope.h"

#include <array>

#include "common/base/text.h"
#include "common/mail/header.h"
#include "common/mail/imap_text.h"

namespace helio::mail {
namespace {

struct TextField {
    std::string_view name;
    std::optional<std::string> Envelope::* value;
};
struct ListField {
    std::string_view name;
    std::vector<ListedAddress> Envelope::* value;
};
constexpr std::array<TextField, 4> text_fields = {{{"date", &Envelope::date},
                                                   {"subject", &Envelope::subject},
                                                   {"in-reply-to", &Envelope::in_reply_to},
                                                   {"message-id", &Envelope::message_id}}};
constexpr std::array<ListField, 6> list_fields = {{{"from", &Envelope::from},
                                                   {"sender", &Envelope::sender},
                                                   {"reply-to", &Envelope::reply_to},
                                                   {"to", &Envelope::to},
                                                   {"cc", &Envelope::cc},
                                                   {"bcc", &Envelope::bcc}}};

void append_list(std::string& into, const std::vector<ListedAddress>& list) {
    if (list.empty()) {
        into += "NIL";
        return;
    }
    into.push_back('(');
    for (const auto& address : list) {
        into.push_back('(');
        append_imap_nstring(into, address.name);
        into.push_back(' ');
        append_imap_nstring(into, address.route);
        into.push_back(' ');
        append_imap_nstring(into, address.mailbox);
        into.push_back(' ');
        append_imap_nstring(into, address.host);
        into.push_back(')');
    }
    into.push_back(')');
}

}  // namespace

bool Envelope::wants(std::string_view field_name) {
    for (const auto& field : text_fields)
        if (base::equals_ignoring_case(field.name, field_name)) return true;
    for (const auto& field : list_fields)
        if (base::equals_ignoring_case(field.name, field_name)) return true;
    return false;
}

void Envelope::add(std::string_view field_name, std::string_view raw_value) {
    for (const auto& field : text_fields)
        if (base::equals_ignoring_case(field.name, field_name) && !(this->*field.value))
            this->*field.value = unfold(raw_value);
    for (const auto& field : list_fields) {
        if (!base::equals_ignoring_case(field.name, field_name)) continue;
        auto& list = this->*field.value;
        for (auto& address : parse_address_list(raw_value)) list.push_back(std::move(address));
    }
}

Envelope parse_envelope(std::string_view header_block) {
    Envelope envelope;
    HeaderReader reader(header_block);
    while (const auto field = reader.next()) envelope.add(field->name, field->value);
    return envelope;
}

void append_imap_envelope(std::string& into, const Envelope& envelope) {
    into.push_back('(');
    append_imap_nstring(into, envelope.date);
    into.push_back(' ');
    append_imap_nstring(into, envelope.subject);
    for (const auto* list :
         {&envelope.from, envelope.sender.empty() ? &envelope.from : &envelope.sender,
          envelope.reply_to.empty() ? &envelope.from : &envelope.reply_to, &envelope.to, &envelope.cc, &envelope.bcc}) {
        into.push_back(' ');
        append_list(into, *list);
    }
    into.push_back(' ');
    append_imap_nstring(into, envelope.in_reply_to);
    into.push_back(' ');
    append_imap_nstring(into, envelope.message_id);
    into.push_back(')');
}

}  // namespace helio::mail

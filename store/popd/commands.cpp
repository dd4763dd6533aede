#include "store/popd/commands.h"

#include <algorithm>

namespace helio::store {
namespace {

constexpr unsigned char before_login = static_cast<unsigned char>(PopState::authorization);
constexpr unsigned char after_login = static_cast<unsigned char>(PopState::transaction);
constexpr unsigned char always = before_login | after_login;

constexpr PopCommandRow rows[] = {
    {"CAPA", always, 0, 0, cmd_capa},
    {"QUIT", always, 0, 0, cmd_quit},
    {"STLS", before_login, 0, 0, cmd_stls},
    {"USER", before_login, 1, any_words, cmd_user},
    {"PASS", before_login, 0, any_words, cmd_pass},  // a password may hold spaces, or be made of them
    {"APOP", before_login, 2, any_words, cmd_apop},
    {"AUTH", before_login, 0, 2, cmd_auth},
    {"UTF8", before_login, 0, 0, cmd_utf8},
    {"LANG", always, 0, 1, cmd_lang},
    {"XCLIENT", before_login, 1, any_words, cmd_xclient},
    {"STAT", after_login, 0, 0, cmd_stat},
    {"LIST", after_login, 0, 1, cmd_list},
    {"UIDL", after_login, 0, 1, cmd_uidl},
    {"RETR", after_login, 1, 1, cmd_retr},
    {"TOP", after_login, 2, 2, cmd_top},
    {"DELE", after_login, 1, 1, cmd_dele},
    {"RSET", after_login, 0, 0, cmd_rset},
    {"NOOP", after_login, 0, 0, cmd_noop},
};

}  // namespace

const PopCommandRow* find_pop_command(std::string_view keyword) {
    const auto* found = std::ranges::find(rows, keyword, &PopCommandRow::keyword);
    return found == std::end(rows) ? nullptr : found;
}

}  // namespace helio::store

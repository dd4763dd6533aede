// The part of ImapSession that knows who the peer is: TLS, trusted front ends, entering the authenticated state.
#include <algorithm>

#include "common/base/text.h"
#include "store/imapd/session.h"

namespace helio::store::imapd {

namespace {

imap::Framer::Limits user_limits(const ImapConfig& config) {
    return {.line_bytes = 64 * 1024,
            .literal_bytes = config.command_bytes,
            .total_bytes = config.command_bytes,
            .literal_minus = config.literal_minus};
}

// "uid@canonical-domain" as a front end gives it.
bool is_store_name(std::string_view name) {
    const auto at = name.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == name.size() || name.size() > 320) return false;
    return base::is_utf8(name) && std::none_of(name.begin(), name.end(), [](char c) {
               return static_cast<unsigned char>(c) <= ' ' || c == 0x7f;
           });
}

}  // namespace

auth::Peer ImapSession::peer() const {
    auto peer = peer_of(connection_, config(), "imap");
    if (!trusts_peer_) peer.front_end.clear();
    return peer;
}

Task<Reply> ImapSession::conclude(auth::Login login, std::string how) {
    if (login.verdict != auth::Verdict::ok) co_return refuse_login(login);
    if (login.by_front_end) how = "proxy " + peer().front_end;
    Reply reply = co_await enter(std::move(login.name), std::move(login.user), std::move(how));
    co_return reply;
}

Task<Reply> ImapSession::enter(std::string name, std::shared_ptr<const ldap::User> user, std::string how) {
    name = base::to_lower(name);
    if (!is_store_name(name)) co_return Reply::no(imap::code::authorization_failed, "Not a user name");
    if (user && !config().mailhost.empty() && !user->mail_host.empty() && user->mail_host != config().mailhost) {
        log_refused(name, "wrong mailhost");
        services_.metrics.logins_rejected.add();
        co_return Reply::no(imap::code::unavailable, "Your mailbox is on another server");
    }
    if (!connection_.token.claim_user(name)) {
        log_refused(name, "too many sessions");
        services_.metrics.logins_rejected.add();
        co_return Reply::no(imap::code::limit, "Too many connections of this user");
    }
    const auto id = co_await services_.store.open_user(name);
    if (!id) {
        services_.metrics.logins_unavailable.add();
        services_.log.error("imap.login",
                            {{"session", id_}, {"client", client_}, {"user", name}, {"result", to_string(id.error())}});
        connection_.token.give_up_user();
        co_return reply_of(id.error());
    }
    if (!user && services_.directory != nullptr) {
        auto answer = co_await services_.directory->find_login(name);
        user = answer.value;
    }
    if (user) quota_ = {limit_word(user->quota_bytes), limit_word(user->quota_messages)};
    auto groups = co_await services_.store.known_groups(name);
    user_name_ = std::move(name);
    store_.emplace(services_.store, *id, user_name_, std::move(groups));
    state_ = ImapState::authenticated;
    framer_.set_limits(user_limits(config()));
    services_.metrics.logins_ok.add();
    services_.log.info("imap.login", {{"session", id_},
                                      {"client", client_},
                                      {"user", user_name_},
                                      {"how", how},
                                      {"tls", connection_.wire.is_tls()},
                                      {"result", "ok"}});
    co_return Reply::ok("Logged in", "CAPABILITY " + capabilities());
}

void ImapSession::log_refused(std::string_view name, std::string_view result) const {
    services_.log.info("imap.login", {{"session", id_}, {"client", client_}, {"user", name}, {"result", result}});
}

Reply ImapSession::refuse_login(const auth::Login& login) {
    log_refused(login.name, login.reason);
    if (login.verdict == auth::Verdict::unavailable) {
        services_.metrics.logins_unavailable.add();
        return Reply::no(imap::code::unavailable, "Temporary authentication failure");
    }
    services_.metrics.logins_rejected.add();
    if (login.verdict == auth::Verdict::forbidden) {
        return Reply::no(imap::code::authorization_failed, "Acting as another user is not allowed");
    }
    return Reply::no(imap::code::authentication_failed, "Authentication failed");
}

std::string ImapSession::capabilities() const {
    std::string text = "IMAP4rev1 IMAP4rev2 SASL-IR ";
    text += config().literal_minus ? "LITERAL-" : "LITERAL+";
    text += " ID ENABLE IDLE";
    if (state_ == ImapState::not_authenticated) {
        if (services_.tls && connection_.starttls && !connection_.wire.is_tls()) text += " STARTTLS";
        if (!passwords_allowed()) text += " LOGINDISABLED";
        text += services_.authenticator.offered(peer(), " AUTH=");
        return text;
    }
    text +=
        " NAMESPACE ACL RIGHTS=texk LIST-MYRIGHTS METADATA LIST-METADATA CHILDREN SPECIAL-USE CREATE-SPECIAL-USE "
        "LIST-EXTENDED LIST-STATUS"
        " QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTA=RES-MAILBOX QUOTASET"
        " UNSELECT UIDPLUS MOVE MULTIAPPEND CATENATE URL-PARTIAL REPLACE UTF8=ACCEPT ESEARCH SEARCHRES WITHIN"
        " CONDSTORE QRESYNC UIDONLY UIDBATCHES PARTIAL INPROGRESS NOTIFY MULTISEARCH STATUS=SIZE SAVEDATE "
        "BINARY"
        " OBJECTID PREVIEW SORT SORT=DISPLAY ESORT THREAD=ORDEREDSUBJECT THREAD=REFERENCES THREAD=REFS I18NLEVEL=1"
        " APPENDLIMIT=";
    text += std::to_string(services_.store.limits().message_bytes);
    if (config().message_limit != 0) text += " MESSAGELIMIT=" + std::to_string(config().message_limit);
    if (config().save_limit != 0) text += " SAVELIMIT=" + std::to_string(config().save_limit);
    if (!passed_on_) text += " UNAUTHENTICATE";
    if (!compressed_) text += " COMPRESS=DEFLATE";
    return text;
}

}  // namespace helio::store::imapd

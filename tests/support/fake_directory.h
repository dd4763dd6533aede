// FakeDirectory: a Directory from a few lines of a unit test; counts questions and can be told to know nothing.
#pragma once

#include <map>
#include <string>

#include "common/base/text.h"
#include "common/ldap/directory.h"

namespace helio::test {

class FakeDirectory final : public ldap::Directory {
public:
    ldap::Domain& add_domain(std::string name) {
        auto domain = std::make_shared<ldap::Domain>();
        domain->name = name;
        return *(domains_[name] = domain);
    }
    /// alice@example.test with that password on that mailhost; its domain is added too.
    ldap::User& add_user(std::string address, std::string password, std::string mail_host) {
        auto user = std::make_shared<ldap::User>();
        const auto at = address.find('@');
        user->uid = address.substr(0, at);
        user->domain = address.substr(at + 1);
        user->mail = address;
        user->mail_host = std::move(mail_host);
        user->dn = "uid=" + user->uid + ",o=" + user->domain;
        if (!domains_.contains(user->domain)) add_domain(user->domain);
        passwords_[user->dn] = std::move(password);
        return *(users_[address] = user);
    }
    /// Who gets what is for no user of the domain (mailDomainCatchallAddress).
    void set_catch_all(const std::string& domain, std::string address) { catch_alls_[domain] = std::move(address); }
    void set_down(bool down) { down_ = down; }
    /// What is asked of this one name is unknown.
    void set_unanswered(std::string name) { unanswered_ = std::move(name); }
    int questions() const { return questions_; }

    Task<ldap::Answer<ldap::Domain>> find_domain(std::string name) override { co_return look_up(domains_, name); }
    Task<ldap::Answer<ldap::User>> find_login(std::string login) override {
        if (login.find('@') == std::string::npos) login += "@example.test";
        co_return look_up(users_, login);
    }
    Task<ldap::Answer<ldap::User>> find_address(std::string local_part, std::string domain) override {
        const auto known = users_.find(base::to_lower(local_part + "@" + domain));
        const auto catches_all = catch_alls_.find(base::to_lower(domain));
        if (known == users_.end() && catches_all != catch_alls_.end()) {
            co_return look_up(users_, catches_all->second);
        }
        co_return look_up(users_, local_part + "@" + domain);
    }
    Task<ldap::Proof> verify_password(std::shared_ptr<const ldap::User> user, base::Secret password) override {
        ++questions_;
        if (down_) co_return ldap::Proof::unknown;
        if (!user || !password.equals(passwords_[user->dn])) co_return ldap::Proof::rejected;
        co_return ldap::Proof::accepted;
    }
    /// The password that add_user() was given, as {CLEAR}, or what set_stored() says.
    Task<ldap::Answer<ldap::StoredPasswords>> find_passwords(std::shared_ptr<const ldap::User> user) override {
        ++questions_;
        if (down_) co_return ldap::Answer<ldap::StoredPasswords>{ldap::Found::unknown, nullptr, "down"};
        if (!user) co_return ldap::Answer<ldap::StoredPasswords>{ldap::Found::absent, nullptr, ""};
        auto stored = std::make_shared<ldap::StoredPasswords>();
        const auto special = stored_.find(user->dn);
        stored->values.emplace_back(special == stored_.end() ? "{CLEAR}" + passwords_[user->dn] : special->second);
        co_return ldap::Answer<ldap::StoredPasswords>{ldap::Found::found, stored, ""};
    }
    Task<ldap::Answer<ldap::Groups>> find_groups(std::shared_ptr<const ldap::User> user) override {
        co_return look_up(groups_, user->store_name());
    }
    /// In no group, when it is not called.
    void set_groups(const std::string& user, std::vector<std::string> names) {
        groups_[user] = std::make_shared<ldap::Groups>(ldap::Groups{std::move(names)});
    }
    void set_stored(const ldap::User& user, std::string value) { stored_[user.dn] = std::move(value); }
    std::string not_ready() const override { return down_ ? "directory unreachable" : ""; }

private:
    template <class T>
    ldap::Answer<T> look_up(const std::map<std::string, std::shared_ptr<T>>& known, std::string key) {
        ++questions_;
        if (down_ || base::to_lower(key) == unanswered_) return {ldap::Found::unknown, nullptr, "down"};
        const auto found = known.find(base::to_lower(key));
        if (found == known.end()) return {ldap::Found::absent, nullptr, ""};
        return {ldap::Found::found, found->second, ""};
    }

    std::map<std::string, std::shared_ptr<ldap::Domain>> domains_;
    std::map<std::string, std::shared_ptr<ldap::User>> users_;
    std::map<std::string, std::string> catch_alls_;
    std::map<std::string, std::shared_ptr<ldap::Groups>> groups_;
    std::map<std::string, std::string> passwords_;
    std::map<std::string, std::string> stored_;
    std::string unanswered_;
    bool down_ = false;
    int questions_ = 0;
};

}  // namespace helio::test

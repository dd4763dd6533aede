#include "store/mailbox/namespaces.h"

#include "tests/support/catch.h"

using namespace helio::store;

TEST_CASE("names of others' mailboxes lead to owner and name, and back", "[store][acl]") {
    const SharingRules rules;
    const Namespaces names(rules, "alice@x.test");
    struct Row {
        std::string_view visible;
        std::string_view owner;  ///< empty: no mailbox can have that name
        std::string_view name;
    };
    const Row rows[] = {
        {"INBOX", "alice@x.test", "INBOX"},
        {"inbox/a", "alice@x.test", "INBOX/a"},
        {"a/b/", "alice@x.test", "a/b"},
        {"Other Users/bob/a/b", "bob@x.test", "a/b"},
        {"Other Users/BOB/inbox", "bob@x.test", "INBOX"},
        {"Other Users/erin@y.test/a", "erin@y.test", "a"},
        {"Public Folders/News/x", "public@x.test", "News/x"},
        {"Other Users", "", ""},
        {"Other Users/bob", "", ""},
        {"Other Users/bob/", "", ""},
        {"Other Users//a", "", ""},
        {"Other Users/alice/a", "", ""},
        {"Other Users/public/a", "", ""},
        {"Public Folders", "", ""},
        {"Other Usersx/bob", "alice@x.test", "Other Usersx/bob"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.visible);
        const auto owned = names.resolve(row.visible);
        REQUIRE(owned.has_value() == !row.owner.empty());
        if (!owned) continue;
        CHECK(owned->owner == row.owner);
        CHECK(owned->name == row.name);
        const auto back = names.visible(owned->owner, owned->name);
        REQUIRE(back);
        CHECK(names.resolve(*back) == owned);
    }
    CHECK(names.visible("bob@x.test", "a") == "Other Users/bob/a");
    CHECK(names.visible("erin@y.test", "a") == "Other Users/erin@y.test/a");
    CHECK(names.visible("public@x.test", "a") == "Public Folders/a");
    CHECK_FALSE(names.visible("o/o@x.test", "a"));
    CHECK(names.is_shared("Other Users"));
    CHECK(names.is_shared("Public Folders/x"));
    CHECK_FALSE(names.is_shared("Public"));
}

TEST_CASE("the owner of the public folders has them as his own; namespaces can be left out", "[store][acl]") {
    SharingRules rules;
    CHECK_FALSE(Namespaces(rules, "public@x.test").resolve("Public Folders/News"));
    CHECK(Namespaces(rules, "public@x.test").visible("public@x.test", "News") == "News");
    rules.other_users.clear();
    rules.public_folders.clear();
    const Namespaces none(rules, "alice@x.test");
    CHECK(none.resolve("Other Users/bob/a")->owner == "alice@x.test");
    CHECK_FALSE(none.visible("bob@x.test", "a"));
    CHECK(none.public_owner().empty());
}

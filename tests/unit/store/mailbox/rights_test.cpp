#include "store/mailbox/rights.h"

#include "store/mailbox/errc.h"
#include "tests/support/catch.h"

using namespace helio;
using namespace helio::store;

TEST_CASE("rights are letters, the obsolete ones stand for pairs", "[store][acl]") {
    CHECK(to_string(all_rights) == "lrswipkxteacd");
    CHECK(to_string(Rights()).empty());
    CHECK(parse_rights("") == Rights());
    CHECK(parse_rights("lr") == Rights{Right::lookup, Right::read});
    CHECK(parse_rights("c") == Rights{Right::create, Right::remove});
    CHECK(parse_rights("d") == Rights{Right::mark_deleted, Right::expunge});
    CHECK(to_string(*parse_rights("k")) == "kc");
    CHECK(to_string(*parse_rights("e")) == "ed");
    for (const auto* bad : {"b", "0", "L", "lr ", "+l"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_rights(bad));
    }
    // All sets survive printing and parsing.
    for (unsigned bits = 0; bits <= all_rights.bits; ++bits) {
        const auto rights = Rights::of(bits);
        auto letters = to_string(rights);
        letters.resize(letters.find_first_of("cd") == std::string::npos ? letters.size() : letters.find_first_of("cd"));
        REQUIRE(parse_rights(letters) == rights);
    }
}

TEST_CASE("identifiers have one stored form", "[store][acl]") {
    struct Row {
        std::string_view text;
        std::string_view stored;  ///< empty: refused
    };
    const Row rows[] = {
        {"bob", "bob@x.test"},
        {"Bob@X.Test", "bob@x.test"},
        {"-bob", "-bob@x.test"},
        {"anyone", "anyone"},
        {"ANYONE", "anyone"},
        {"-anyone", "-anyone"},
        {"authuser", "authuser"},
        {"Anonymous", "anonymous"},
        {"owner", "alice@x.test"},
        {"anyone@Y.test", "anyone@y.test"},
        {"group:Staff", "group:staff@x.test"},
        {"group=staff@y.test", "group:staff@y.test"},
        {"-group:staff", "-group:staff@x.test"},
        {"group:", ""},
        {"group:@x.test", ""},
        {"group:staff@", ""},
        {"-owner", "-alice@x.test"},
        {"erin@y.test", "erin@y.test"},
        {"", ""},
        {"-", ""},
        {"--bob", ""},
        {"$staff", ""},
        {"bob smith", ""},
        {"@x.test", ""},
        {"bob@", ""},
        {"b\xff", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto stored = canonical_identifier(row.text, "alice@x.test");
        CHECK(stored.has_value() == !row.stored.empty());
        if (stored) CHECK(*stored == row.stored);
    }
    CHECK(canonical_identifier(std::string(393, 'a'), "alice@x.test").has_value());
    CHECK_FALSE(canonical_identifier(std::string(401, 'a'), "alice@x.test").has_value());
}

TEST_CASE("what a list gives to whom", "[store][acl]") {
    SharingRules rules;
    rules.joined = {{"x.test", "z.test"}};
    struct Row {
        Acl acl;
        std::string_view user;
        std::string_view letters;
    };
    const auto lr = *parse_rights("lr");
    const Row rows[] = {
        {{}, "alice@x.test", "lrswipkxteacd"},
        {{}, "bob@x.test", ""},
        {{{"bob@x.test", lr}}, "bob@x.test", "lr"},
        {{{"bob@x.test", lr}}, "carol@x.test", ""},
        {{{"anyone", lr}}, "bob@x.test", "lr"},
        {{{"authuser", lr}}, "bob@x.test", "lr"},
        {{{"anyone", lr}, {"bob@x.test", *parse_rights("s")}}, "bob@x.test", "lrs"},
        {{{"anyone", lr}, {"-bob@x.test", *parse_rights("r")}}, "bob@x.test", "l"},
        {{{"-anyone", *parse_rights("r")}, {"bob@x.test", lr}}, "bob@x.test", "l"},
        // Domains are kept apart, unless joined.
        {{{"anyone", lr}}, "erin@y.test", ""},
        {{{"erin@y.test", lr}}, "erin@y.test", ""},
        {{{"anyone", lr}}, "zoe@z.test", "lr"},
        {{{"zoe@z.test", lr}}, "zoe@z.test", "lr"},
        // The owner: all, or what he wrote for himself, but always l and a.
        {{{"anyone", lr}}, "alice@x.test", "lrswipkxteacd"},
        {{{"alice@x.test", lr}}, "alice@x.test", "lra"},
        {{{"alice@x.test", {}}}, "alice@x.test", "la"},
        {{{"-alice@x.test", all_rights}}, "alice@x.test", "la"},
        {{{"-anyone", all_rights}}, "alice@x.test", "lrswipkxteacd"},
    };
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        CAPTURE(i);
        CHECK(to_string(effective_rights(rows[i].acl, "alice@x.test", rows[i].user, rules)) == rows[i].letters);
    }
}

TEST_CASE("a refusal does not tell of what may not be seen", "[store][acl]") {
    CHECK(check_rights(*parse_rights("lr"), Right::read));
    CHECK(check_rights(*parse_rights("r"), Right::read));
    CHECK(check_rights(*parse_rights("l"), Right::read).error().code == errc::no_permission);
    CHECK(check_rights({}, Right::read).error().code == errc::no_such_mailbox);
    CHECK(check_rights(*parse_rights("w"), Right::read).error().code == errc::no_such_mailbox);
}

TEST_CASE("groups and whole domains give and take; while groups are not known they only take", "[store][acl]") {
    const SharingRules rules{.joined = {{"x.test", "y.test"}}};
    const auto rights = [&](Acl acl, std::string_view user, GroupNames groups) {
        return effective_rights(acl, "alice@x.test", user, rules, groups);
    };
    const Rights read = {Right::lookup, Right::read};
    const auto staff =
        std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"other@x.test", "staff@x.test"});
    const auto none = std::make_shared<const std::vector<std::string>>();
    const Acl given = {{"group:staff@x.test", read}};
    CHECK(rights(given, "bob@x.test", staff) == read);
    CHECK(rights(given, "erin@y.test", staff) == read);
    CHECK(rights(given, "bob@x.test", none).empty());
    CHECK(rights(given, "bob@x.test", nullptr).empty());
    CHECK(rights(given, "group:staff@x.test", none).empty());  // whatever a user is called
    CHECK(rights(given, "bob@z.test", staff).empty());         // kept apart
    const Acl taken = {{"anyone", read}, {"-group:staff@x.test", Rights(Right::read)}};
    CHECK(rights(taken, "bob@x.test", none) == read);
    CHECK(rights(taken, "bob@x.test", staff) == Rights(Right::lookup));
    CHECK(rights(taken, "bob@x.test", nullptr) == Rights(Right::lookup));
    const Acl domain = {{"anyone@y.test", read}};
    CHECK(rights(domain, "erin@y.test", none) == read);
    CHECK(rights(domain, "bob@x.test", none).empty());
    CHECK(rights(domain, "anyone@y.test", none) == read);
    CHECK(rights({{"anonymous", read}}, "bob@x.test", none).empty());
    CHECK(rights({{"group:staff@x.test", Rights()}, {"-group:staff@x.test", all_rights}}, "alice@x.test", staff) ==
          all_rights);  // the owner's rights are his own
}

TEST_CASE("strangers may post where everybody or nobody in particular may, and nothing else", "[store][acl]") {
    const Rights post = Right::post;
    CHECK(strangers_rights({}).empty());
    CHECK(strangers_rights({{"anyone", all_rights}}) == post);
    CHECK(strangers_rights({{"anonymous", post}}) == post);
    CHECK(strangers_rights({{"anyone", {Right::lookup, Right::insert}}}).empty());
    for (const auto* other : {"authuser", "bob@x.test", "group:staff@x.test", "anyone@x.test"}) {
        CAPTURE(other);
        CHECK(strangers_rights({{other, post}}).empty());
    }
    CHECK(strangers_rights({{"anyone", post}, {"-anonymous", post}}).empty());
    CHECK(strangers_rights({{"anonymous", post}, {"-anyone", all_rights}}).empty());
}

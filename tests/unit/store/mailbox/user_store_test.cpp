#include "store/mailbox/user_store.h"

#include "tests/support/catch.h"
#include "tests/support/store_fixture.h"

using namespace helio;
using namespace helio::store;
using test::StoreFixture;
using test::wait;

namespace {

constexpr auto alice_name = "alice@x.test";
constexpr auto bob_name = "bob@x.test";

StoreConfig no_folders() {
    StoreConfig config;
    config.initial_folders.clear();
    return config;
}

/// Alice has "Work" and "Work/Deep"; Bob sees what she lets him.
struct Sharing {
    explicit Sharing(StoreConfig config = no_folders()) : fixture(std::move(config)) {
        work = wait(alice.create_mailbox("Work/Deep")).value().id;
        work = alice.find_mailbox("Work").value().id;
        fixture.append(work, "one");
        fixture.append(work, "two", "\\Seen");
    }
    void allow(const std::string& identifier, const std::string& letters, AclAction action = AclAction::replace) {
        REQUIRE_OK(wait(alice.set_acl(work, identifier, action, parse_rights(letters).value())));
    }
    std::vector<std::string> names(const UserStore& who) {
        std::vector<std::string> found;
        for (const auto& entry : who.list().value()) found.push_back(entry.name);
        return found;
    }

    StoreFixture fixture;
    UserStore alice{fixture.store, fixture.user(alice_name), alice_name};
    UserStore bob{fixture.store, fixture.user(bob_name), bob_name};
    MailboxId work;
};

std::error_code code(const auto& result) { return result ? std::error_code() : result.error().code; }

std::vector<NewMessage> one_message(const std::string& flags = "") {
    std::vector<NewMessage> messages;
    messages.push_back({test::body_of("x"), parse_flag_list(flags), std::nullopt});
    return messages;
}

}  // namespace

TEST_CASE("a mailbox is its owner's alone until he shares it", "[store][acl]") {
    Sharing s;
    CHECK(code(s.bob.find_mailbox("Other Users/alice/Work")) == errc::no_such_mailbox);
    CHECK(code(s.bob.status(s.work)) == errc::no_such_mailbox);
    CHECK(code(s.bob.uids(s.work)) == errc::no_such_mailbox);
    CHECK(code(wait(s.bob.append(s.work, one_message(), {}))) == errc::no_such_mailbox);
    CHECK(code(wait(s.bob.delete_mailbox("Other Users/alice/Work"))) == errc::no_such_mailbox);
    CHECK(code(wait(s.bob.set_acl(s.work, "bob", AclAction::replace, all_rights))) == errc::no_such_mailbox);
    CHECK(s.names(s.bob) == std::vector<std::string>{"INBOX"});
    CHECK(s.names(s.alice) == std::vector<std::string>{"INBOX", "Work", "Work/Deep"});
    CHECK(s.alice.rights(s.work) == all_rights);
}

TEST_CASE("renaming a name that is no mailbox needs the right x in every mailbox below it", "[store][acl]") {
    Sharing s;
    const auto deep = s.alice.find_mailbox("Work/Deep")->id;
    const auto other = wait(s.alice.create_mailbox("Work/Other")).value().id;
    const auto home = wait(s.alice.create_mailbox("Home")).value().id;
    REQUIRE_OK(wait(s.alice.delete_mailbox("Work")));
    const auto set = [&](MailboxId mailbox, const char* letters) {
        REQUIRE_OK(wait(s.alice.set_acl(mailbox, "bob", AclAction::replace, parse_rights(letters).value())));
    };
    set(home, "lk");
    set(deep, "lx");
    const auto rename = [&] {
        return wait(s.bob.rename_mailbox("Other Users/alice/Work", "Other Users/alice/Home/Work"));
    };
    CHECK(code(rename()) == errc::no_such_mailbox);  // Other is none of his
    CHECK(s.alice.find_mailbox("Work/Other"));
    set(other, "l");
    CHECK(code(rename()) == errc::no_permission);
    set(other, "lx");
    CHECK(rename());
    CHECK(s.alice.find_mailbox("Home/Work/Other")->id == other);
}

TEST_CASE("a mailbox is deleted and renamed by its id, whatever it is called by then", "[store][acl]") {
    Sharing s;
    auto& store = s.fixture.store;
    REQUIRE_OK(wait(s.alice.rename_mailbox("Work", "Old")));
    const auto same_name = wait(s.alice.create_mailbox("Work")).value().id;
    CHECK(code(wait(store.delete_mailbox(s.work, false))) == errc::not_allowed);  // it holds messages
    CHECK(code(wait(store.delete_mailbox(s.work, true, s.bob.actor()))) == errc::no_such_mailbox);
    REQUIRE_OK(wait(store.rename_mailbox(s.work, "Older")));
    CHECK(s.alice.find_mailbox("Older")->id == s.work);
    CHECK(s.alice.find_mailbox("Older/Deep"));
    REQUIRE_OK(wait(store.delete_mailbox(s.work, true)));
    CHECK(code(wait(store.delete_mailbox(s.work, true))) == errc::no_such_mailbox);
    CHECK(code(wait(store.rename_mailbox(s.work, "x"))) == errc::no_such_mailbox);
    CHECK(s.alice.find_mailbox("Work")->id == same_name);
    REQUIRE_OK(wait(store.delete_mailbox(same_name, false)));
}

TEST_CASE("each right opens what RFC 4314 says and nothing else", "[store][acl]") {
    Sharing s;
    s.allow("bob", "l");
    CHECK(s.bob.find_mailbox("Other Users/alice/Work")->name == "Other Users/alice/Work");
    CHECK(s.names(s.bob) ==
          std::vector<std::string>{"INBOX", "Other Users", "Other Users/alice", "Other Users/alice/Work"});
    CHECK(code(s.bob.status(s.work)) == errc::no_permission);
    s.allow("bob", "r", AclAction::add);
    CHECK(s.bob.status(s.work)->messages == 2);
    CHECK(code(s.bob.acl(s.work)) == errc::no_permission);

    const auto store = [&](const std::string& flags, FlagAction action = FlagAction::add) {
        return wait(s.bob.store_flags({s.work, UidSet::of(Uid{1}), action, parse_flag_list(flags), std::nullopt}));
    };
    CHECK(code(store("\\Flagged")) == errc::no_permission);
    s.allow("bob", "w", AclAction::add);
    CHECK(store("\\Flagged \\Deleted $Note").has_value());
    CHECK(s.fixture.message(s.work, Uid{1}).flags == Flags{}.with(Flag::flagged));
    CHECK(code(store("\\Deleted")) == errc::no_permission);
    CHECK(code(wait(s.bob.expunge_deleted(s.work))) == errc::no_permission);
    s.allow("bob", "t", AclAction::add);
    CHECK(store("\\Deleted").has_value());
    // Replacing leaves alone what he may not change.
    s.allow("bob", "w", AclAction::remove);
    CHECK(store("", FlagAction::replace).has_value());
    CHECK(s.fixture.message(s.work, Uid{1}).flags == Flags{}.with(Flag::flagged));
    CHECK(store("\\Deleted").has_value());
    s.allow("bob", "e", AclAction::add);
    CHECK(wait(s.bob.expunge_deleted(s.work))->uids == UidSet::of(Uid{1}));

    CHECK(code(wait(s.bob.append(s.work, one_message(), {}))) == errc::no_permission);
    CHECK(code(wait(s.bob.copy(s.work, UidSet::of(Uid{2}), s.work, {}))) == errc::no_permission);
    s.allow("bob", "lri");
    CHECK(wait(s.bob.append(s.work, one_message("\\Flagged \\Deleted k"), {})).has_value());
    CHECK(s.fixture.message(s.work, Uid{3}).flags == Flags{});
    CHECK(s.fixture.message(s.work, Uid{3}).keywords.none());
    const auto mine = s.bob.find_mailbox("INBOX").value().id;
    CHECK(wait(s.bob.copy(s.work, UidSet::of(Uid{2}), mine, {})).has_value());
    CHECK(code(wait(s.bob.move(s.work, UidSet::of(Uid{2}), mine, {}))) == errc::no_permission);
    s.allow("bob", "lrite");
    CHECK(wait(s.bob.move(s.work, UidSet::of(Uid{2}), mine, {})).has_value());

    CHECK(code(wait(s.bob.create_mailbox("Other Users/alice/Work/New"))) == errc::no_permission);
    s.allow("bob", "lk");
    CHECK(wait(s.bob.create_mailbox("Other Users/alice/Work/New"))->name == "Other Users/alice/Work/New");
    // Nobody learns from a refusal who has an account here.
    CHECK(code(wait(s.bob.create_mailbox("Other Users/alice/New"))) == errc::no_permission);
    CHECK(code(wait(s.bob.create_mailbox("Other Users/nobody/New"))) == errc::no_permission);
    CHECK(code(wait(s.bob.create_mailbox("Other Users/New"))) == errc::no_permission);
    CHECK(code(wait(s.bob.delete_mailbox("Other Users/alice/Work"))) == errc::no_permission);
    CHECK(code(wait(s.bob.rename_mailbox("Other Users/alice/Work", "Other Users/alice/W"))) == errc::no_permission);
    s.allow("bob", "lx");
    CHECK(code(wait(s.bob.rename_mailbox("Other Users/alice/Work", "Mine"))) == errc::not_allowed);
    CHECK(wait(s.bob.delete_mailbox("Other Users/alice/Work")).has_value());
    CHECK(code(s.alice.find_mailbox("Work")) == errc::no_such_mailbox);
    CHECK(s.alice.find_mailbox("Work/New").has_value());
}

TEST_CASE("the right to administer passes rights on; the owner can't be locked out", "[store][acl]") {
    Sharing s;
    s.allow("bob", "lra");
    CHECK(wait(s.bob.set_acl(s.work, "alice", AclAction::replace, {})).has_value());
    CHECK(to_string(s.alice.rights(s.work).value()) == "la");
    CHECK(code(s.alice.status(s.work)) == errc::no_permission);
    REQUIRE_OK(wait(s.alice.set_acl(s.work, "owner", AclAction::erase, {})));
    CHECK(s.alice.rights(s.work) == all_rights);
    REQUIRE_OK(wait(s.alice.set_acl(s.work, "bob", AclAction::erase, {})));
    CHECK(code(s.bob.find_mailbox("Other Users/alice/Work")) == errc::no_such_mailbox);
    CHECK(s.alice.acl(s.work) == Acl{{alice_name, all_rights}});
}

TEST_CASE("a new mailbox has its parent's list, a deleted one leaves nothing", "[store][acl]") {
    Sharing s;
    s.allow("bob", "lrk");
    s.allow("anyone", "l");
    const auto made = wait(s.bob.create_mailbox("Other Users/alice/Work/a/b")).value();
    CHECK(to_string(s.bob.rights(made.id).value()) == "lrkc");
    CHECK(wait(s.alice.delete_mailbox("Work/a/b")).has_value());
    CHECK(wait(s.alice.delete_mailbox("Work/a")).has_value());
    CHECK(s.names(s.bob) ==
          std::vector<std::string>{"INBOX", "Other Users", "Other Users/alice", "Other Users/alice/Work"});
    REQUIRE_OK(wait(s.alice.rename_mailbox("Work", "Play")));
    CHECK(s.names(s.bob).back() == "Other Users/alice/Play");
    s.fixture.partition->next_segment();
    s.fixture.partition->compact(0);
    CHECK(s.fixture.partition->rebuilt().difference(s.fixture.partition->index()) == "");
    CHECK(s.names(s.bob).back() == "Other Users/alice/Play");
}

TEST_CASE("domains are kept apart unless they are joined", "[store][acl]") {
    Sharing s;
    UserStore erin(s.fixture.store, s.fixture.user("erin@y.test"), "erin@y.test");
    s.allow("anyone", "lr");
    CHECK(code(wait(s.alice.set_acl(s.work, "erin@y.test", AclAction::replace, all_rights))) == errc::not_allowed);
    CHECK(code(erin.status(s.work)) == errc::no_such_mailbox);
    CHECK(s.names(erin) == std::vector<std::string>{"INBOX"});

    auto config = no_folders();
    config.sharing.joined = {{"x.test", "y.test"}};
    Sharing joined(config);
    UserStore zoe(joined.fixture.store, joined.fixture.user("zoe@y.test"), "zoe@y.test");
    joined.allow("anyone", "lr");
    CHECK(zoe.status(joined.work).has_value());
    CHECK(joined.names(zoe).back() == "Other Users/alice@x.test/Work");
    CHECK(zoe.find_mailbox("Other Users/alice@x.test/Work")->id == joined.work);
}

TEST_CASE("sharing with everybody can be kept for public folders", "[store][acl]") {
    auto config = no_folders();
    config.sharing.grant_anyone = false;
    Sharing s(config);
    CHECK(code(wait(s.alice.set_acl(s.work, "anyone", AclAction::replace, all_rights))) == errc::not_allowed);
    UserStore owner(s.fixture.store, s.fixture.user("public@x.test"), "public@x.test");
    const auto news = wait(owner.create_mailbox("News")).value().id;
    REQUIRE_OK(wait(owner.set_acl(news, "anyone", AclAction::replace, *parse_rights("lrs"))));
    CHECK(s.names(s.bob) == std::vector<std::string>{"INBOX", "Public Folders", "Public Folders/News"});
    CHECK(s.bob.find_mailbox("Public Folders/News")->id == news);
    CHECK(s.names(owner) == std::vector<std::string>{"INBOX", "News"});
}

TEST_CASE("lists have a limit of entries, LIST one of others' mailboxes", "[store][acl]") {
    auto config = no_folders();
    config.sharing.acl_entries = 2;
    config.sharing.listed = 3;
    Sharing s(config);
    s.allow("a", "l");
    s.allow("bob", "l");
    CHECK(code(wait(s.alice.set_acl(s.work, "c", AclAction::replace, all_rights))) == errc::too_many);
    s.allow("bob", "lr");
    for (int i = 0; i < 5; ++i) REQUIRE_OK(wait(s.alice.create_mailbox("Work/" + std::to_string(i))));
    std::size_t listed = 0;
    for (const auto& entry : s.bob.list().value()) listed += entry.mailbox && !entry.mailbox->id.is_inbox() ? 1 : 0;
    CHECK(listed == 3);
}

TEST_CASE("one owner can't crowd out what others share", "[store][acl]") {
    auto config = no_folders();
    config.sharing.listed = 150;
    Sharing s(config);
    s.allow("anyone", "l");
    for (int i = 0; i < 200; ++i) REQUIRE_OK(wait(s.alice.create_mailbox("Work/" + std::to_string(i))));
    const auto mine = wait(s.bob.create_mailbox("Plans")).value().id;
    REQUIRE_OK(wait(s.bob.set_acl(mine, "anyone", AclAction::replace, *parse_rights("lr"))));
    const std::string carol = "carol@x.test";
    const UserStore reader(s.fixture.store, s.fixture.user(carol), carol);
    const auto names = s.names(reader);
    CHECK(std::ranges::find(names, "Other Users/bob/Plans") != names.end());
    const auto of_alice = [](const auto& name) { return name.starts_with("Other Users/alice/Work"); };
    CHECK(std::ranges::count_if(names, of_alice) == 100);
}

TEST_CASE("nothing tells whether there is an account or a mailbox", "[store][acl]") {
    Sharing s;
    const std::string far = "erin@y.test";
    UserStore erin(s.fixture.store, s.fixture.user(far), far);
    REQUIRE_OK(wait(erin.create_mailbox("Work/Deep")));
    for (const std::string who : {"erin@y.test", "nobody@y.test", "alice", "nobody"}) {
        CAPTURE(who);
        const auto name = "Other Users/" + who + "/Work";
        CHECK(code(wait(s.bob.rename_mailbox(name, "Mine"))) == errc::no_such_mailbox);
        CHECK(code(wait(s.bob.delete_mailbox(name))) == errc::no_such_mailbox);
        CHECK(code(wait(s.bob.create_mailbox(name + "//x"))) == errc::bad_name);
        CHECK(code(wait(s.bob.create_mailbox(name + "/x"))) == errc::no_permission);
        CHECK(code(s.bob.find_mailbox(name)) == errc::no_such_mailbox);
    }
}

TEST_CASE("own names do not reach into the namespaces of others", "[store][acl]") {
    Sharing s;
    CHECK(code(wait(s.bob.create_mailbox("Other Users"))) == errc::no_permission);
    CHECK(code(wait(s.bob.create_mailbox("Public Folders/x"))) == errc::no_permission);
    CHECK(code(wait(s.bob.rename_mailbox("INBOX", "Other Users/x"))) == errc::not_allowed);
    REQUIRE_OK(wait(s.bob.subscribe("Other Users/alice/Work", true)));
    CHECK(s.bob.list().value().back().subscribed);
}

TEST_CASE("each reader of a shared mailbox has a \\Seen of his own", "[store][acl]") {
    Sharing s;
    s.allow("anyone", "lrsi");
    UserStore carol(s.fixture.store, s.fixture.user("carol@x.test"), "carol@x.test");
    const auto message = [&](const UserStore& who, Uid uid) {
        std::optional<Message> found;
        REQUIRE_OK(who.read(s.work, [&](const MailboxView& view) { found = view.find(uid); }));
        return found.value();
    };
    // The second message is seen by Alice, by nobody else.
    CHECK(s.alice.status(s.work)->unseen == 1);
    CHECK(s.bob.status(s.work)->unseen == 2);
    CHECK_FALSE(message(s.bob, Uid{2}).flags.has(Flag::seen));
    const auto before = s.bob.status(s.work)->highest_modseq;
    const StoreFlags see{s.work, UidSet::of(Uid{1}, Uid{2}), FlagAction::add, parse_flag_list("\\Seen"), std::nullopt};
    const auto stored = wait(s.bob.store_flags(see)).value();
    CHECK(stored.changed == UidSet::of(Uid{1}, Uid{2}));
    CHECK(stored.modseq > before);
    CHECK(message(s.bob, Uid{1}).flags.has(Flag::seen));
    CHECK(message(s.bob, Uid{1}).modseq == stored.modseq);
    CHECK(s.bob.status(s.work)->unseen == 0);
    CHECK(s.bob.status(s.work)->highest_modseq == stored.modseq);
    // Nobody else sees a difference.
    CHECK(s.alice.status(s.work)->unseen == 1);
    CHECK(s.alice.status(s.work)->highest_modseq == before);
    CHECK_FALSE(message(carol, Uid{1}).flags.has(Flag::seen));
    CHECK(message(carol, Uid{1}).modseq < stored.modseq);
    CHECK(wait(s.bob.store_flags(see))->changed.empty());

    // UNCHANGEDSINCE looks at what he sees.
    auto late = see;
    late.action = FlagAction::remove;
    late.unchanged_since = before;
    CHECK(wait(s.bob.store_flags(late))->modified == UidSet::of(Uid{1}, Uid{2}));
    late.unchanged_since = stored.modseq;
    late.uids = UidSet::of(Uid{2});
    CHECK(wait(s.bob.store_flags(late))->changed == UidSet::of(Uid{2}));
    CHECK(s.bob.status(s.work)->unseen == 1);

    // Copies and appended messages are seen by him who made them.
    const auto mine = s.bob.find_mailbox("INBOX")->id;
    REQUIRE_OK(wait(s.bob.copy(s.work, UidSet::of(Uid{1}, Uid{2}), mine, {})));
    CHECK(s.bob.status(mine)->unseen == 1);
    REQUIRE_OK(wait(s.bob.append(s.work, one_message("\\Seen"), {})));
    REQUIRE_OK(wait(s.bob.copy(s.work, UidSet::of(Uid{1}), s.work, {})));
    CHECK(message(s.bob, Uid{3}).flags.has(Flag::seen));
    CHECK(message(s.bob, Uid{4}).flags.has(Flag::seen));
    CHECK(s.bob.status(s.work)->unseen == 1);
    CHECK(s.alice.status(s.work)->unseen == 3);
    CHECK(carol.status(s.work)->unseen == 4);

    // Expunged messages do not count any more.
    REQUIRE_OK(wait(s.alice.expunge(s.work, UidSet::of(Uid{1}, Uid{3}))));
    CHECK(s.bob.status(s.work)->unseen == 0);
    std::optional<Uid> first;
    REQUIRE_OK(carol.read(s.work, [&](const MailboxView& view) { first = view.first_unseen(); }));
    CHECK(first == Uid{4});
    s.fixture.partition->next_segment();
    for (int i = 0; i < 2; ++i) s.fixture.partition->compact(0);
    CHECK(s.fixture.partition->rebuilt().difference(s.fixture.partition->index()) == "");
    REQUIRE_OK(wait(s.alice.delete_mailbox("Work")));
    CHECK(s.fixture.partition->rebuilt().difference(s.fixture.partition->index()) == "");
}

TEST_CASE("\\Seen can be shared with the owner by configuration", "[store][acl]") {
    auto config = no_folders();
    config.sharing.own_seen = false;
    Sharing s(config);
    s.allow("bob", "lrs");
    CHECK(s.bob.status(s.work)->unseen == 1);
    REQUIRE_OK(wait(
        s.bob.store_flags({s.work, UidSet::of(Uid{1}), FlagAction::add, parse_flag_list("\\Seen"), std::nullopt})));
    CHECK(s.alice.status(s.work)->unseen == 0);
}

TEST_CASE("annotations: each user's own and everybody's, by rights", "[store][metadata]") {
    auto config = no_folders();
    config.limits.annotations = 2;
    config.limits.annotation_bytes = 4;
    Sharing s(config);
    using Values = std::vector<std::pair<std::string, std::string>>;
    const auto seen = [&](const UserStore& who, std::optional<MailboxId> mailbox) {
        Values values;
        const auto read = who.each_annotation(
            mailbox, [&](std::string_view name, std::string_view value) { values.emplace_back(name, value); });
        if (!read) values.emplace_back("refused", "");
        return values;
    };
    const auto set = [&](UserStore& who, std::optional<MailboxId> mailbox, std::vector<AnnotationValue> values) {
        return code(wait(who.set_annotations(mailbox, std::move(values))));
    };
    CHECK_FALSE(set(s.alice, s.work, {{"/private/comment", "mine"}, {"/shared/comment", "ours"}}));
    CHECK(seen(s.bob, s.work) == Values{{"refused", ""}});
    s.allow("bob", "l");
    CHECK(seen(s.bob, s.work) == Values{{"refused", ""}});
    s.allow("bob", "lr");
    CHECK(seen(s.bob, s.work) == Values{{"/shared/comment", "ours"}});
    CHECK_FALSE(set(s.bob, s.work, {{"/private/comment", "his"}}));
    CHECK(set(s.bob, s.work, {{"/private/comment", "new"}, {"/shared/comment", "his"}}) == errc::no_permission);
    CHECK(seen(s.bob, s.work) == Values{{"/private/comment", "his"}, {"/shared/comment", "ours"}});
    CHECK(seen(s.alice, s.work) == Values{{"/private/comment", "mine"}, {"/shared/comment", "ours"}});
    // Limits: so many, so long; what is there can be replaced.
    CHECK_FALSE(set(s.alice, s.work, {{"/shared/b", "1234"}}));
    CHECK(set(s.alice, s.work, {{"/shared/c", "1"}}) == errc::too_many);
    CHECK(set(s.alice, s.work, {{"/shared/b", "12345"}}) == errc::too_large);
    CHECK_FALSE(set(s.alice, s.work, {{"/shared/b", std::nullopt}, {"/shared/c", "1"}}));
    // The server's: his own only.
    CHECK_FALSE(set(s.bob, {}, {{"/private/x", "y"}}));
    CHECK(set(s.bob, {}, {{"/shared/x", "y"}}) == errc::no_permission);
    CHECK(seen(s.bob, {}) == Values{{"/private/x", "y"}});
    CHECK(seen(s.alice, {}).empty());
    REQUIRE_OK(wait(s.alice.delete_mailbox("Work")));
    CHECK(seen(s.alice, s.work) == Values{{"refused", ""}});
    CHECK(s.fixture.partition->rebuilt().difference(s.fixture.partition->index()) == "");
}

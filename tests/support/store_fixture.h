// StoreFixture: a MailStore on a MemoryPartition, a clock turned by hand and an executor run by hand; for tests of the
// store's model and protocols. wait() runs a task that needs no network to its end.
#pragma once

#include <deque>
#include <memory>
#include <stdexcept>

#include "common/base/executor.h"
#include "store/mailbox/mail_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/memory_partition.h"

namespace helio::test {

/// Posted work waits until run(). Makes itself this thread's executor while it lives, unless there is one.
class ManualExecutor final : public base::Executor {
public:
    ManualExecutor() {
        if (current_or_null() == nullptr) set_current(this);
    }
    ~ManualExecutor() override {
        if (current_or_null() == this) set_current(nullptr);
    }
    void post(std::move_only_function<void()> work) override { queue_.push_back(std::move(work)); }
    void run() {
        while (!queue_.empty()) {
            auto work = std::move(queue_.front());
            queue_.pop_front();
            work();
        }
    }

private:
    std::deque<std::move_only_function<void()>> queue_;
};

/// Runs a task that completes without waiting for anything.
template <class T>
T wait(Task<T> task) {
    struct Runner {
        static Task<void> run(Task<T> inner, std::optional<T>& into) { into.emplace(co_await std::move(inner)); }
    };
    std::optional<T> value;
    std::exception_ptr failure;
    base::start(Runner::run(std::move(task), value), [&](std::exception_ptr its_failure) { failure = its_failure; });
    if (failure) std::rethrow_exception(failure);
    if (!value) throw std::logic_error("the task waits for something");
    return std::move(*value);
}

class TextBody final : public storage::BodySource {
public:
    explicit TextBody(std::string text) : text_(std::move(text)) {}
    std::uint64_t size() const override { return text_.size(); }
    Result<> read(std::uint64_t offset, std::size_t length, std::string& into) const override {
        into.append(text_, offset, length);
        return {};
    }

private:
    std::string text_;
};
inline std::shared_ptr<const storage::BodySource> body_of(std::string text) {
    return std::make_shared<TextBody>(std::move(text));
}

class StoreFixture {
public:
    explicit StoreFixture(store::StoreConfig config = {}, store::AccountSource* accounts = nullptr)
        : log({.level = logging::Level::error, .format = logging::Format::logfmt, .file = {}}, "test"),
          store(
              std::move(config), [this](storage::Model& model) { return open(model); }, log, metrics, clock, accounts) {
    }

    /// The user with INBOX and initial folders.
    store::UserId user(const std::string& name = "alice@example.test") { return *wait(store.open_user(name)); }
    store::MailboxId inbox(const std::string& name = "alice@example.test") {
        return store::MailboxId::of(user(name), 0);
    }
    store::Uid append(store::MailboxId mailbox, std::string text, const std::string& flags = "") {
        std::vector<store::NewMessage> messages;
        messages.push_back({body_of(std::move(text)), store::parse_flag_list(flags), std::nullopt});
        return wait(store.append(mailbox, std::move(messages), {}))->front().uid;
    }
    store::Message message(store::MailboxId mailbox, store::Uid uid) {
        std::optional<store::Message> found;
        (void)store.read(mailbox, [&](const store::MailboxView& view) { found = view.find(uid); });
        return found.value();
    }

    ManualExecutor executor;
    ManualClock clock;
    base::Registry metrics;
    logging::Logger log;
    MemoryPartition* partition = nullptr;
    store::MailStore store;

private:
    std::unique_ptr<storage::Partition> open(storage::Model& model) {
        auto made = std::make_unique<MemoryPartition>(model);
        partition = made.get();
        return made;
    }
};

}  // namespace helio::test

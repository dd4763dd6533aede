#include "common/ldap/pooled_directory.h"

#include <array>
#include <csignal>
#include <thread>

#include <ldap.h>
#include <openssl/rand.h>

#include "common/base/completion.h"
#include "common/base/signals.h"
#include "common/base/text.h"
#include "common/ldap/answer_cache.h"
#include "common/ldap/bind_cache.h"
#include "common/ldap/connection_pool.h"
#include "common/ldap/errc.h"
#include "common/ldap/look_up.h"
#include "common/net/worker.h"

namespace helio::ldap {
namespace {

constexpr unsigned opener_threads = 4;
constexpr std::size_t searches_per_connection = 64;  // slapd drops a client with 100 pending (conn_max_pending)
constexpr std::size_t longest_password_bytes = 1024;

SteadyTime now() { return std::chrono::steady_clock::now(); }

CacheLimits limits_of(const Config& config, milliseconds negative_ttl) {
    return {.ttl = config.cache_ttl,
            .negative_ttl = negative_ttl,
            .stale_limit = config.stale_limit,
            .entries = config.cache_entries};
}

/// As a bind is believed: for a short time, and never once the directory can't be asked.
CacheLimits password_limits_of(const Config& config) {
    return {.ttl = config.bind_cache_ttl,
            .negative_ttl = config.bind_cache_ttl,
            .stale_limit = milliseconds(0),
            .entries = config.cache_entries};
}

CacheCounters counters_of(base::Registry& metrics, const std::string& what) {
    const auto counter = [&](const char* how) -> base::Counter& {
        return metrics.counter("helio_ldap_answers_total", "Questions to the directory by where the answer came from",
                               "what=\"" + what + "\",from=\"" + how + "\"");
    };
    return {counter("cache"), counter("shared_search"), counter("search"), counter("stale")};
}

// A name that no entry has, so that an unknown user costs a bind like everybody else.
std::string nobody_below(const std::string& base_dn) {
    std::array<unsigned char, 12> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) throw std::runtime_error("no random bytes");
    return "uid=nobody-" + base::to_hex({reinterpret_cast<const char*>(random.data()), random.size()}) + "," + base_dn;
}

// What a bind's result code says about the password (RFC 4511 appendix A). Account locks are refusals like any other.
Proof proof_of(int code) {
    switch (code) {
        case LDAP_SUCCESS:
            return Proof::accepted;
        case LDAP_INVALID_CREDENTIALS:
        case LDAP_INAPPROPRIATE_AUTH:
        case LDAP_NO_SUCH_OBJECT:
        case LDAP_INVALID_DN_SYNTAX:
        case LDAP_INSUFFICIENT_ACCESS:
        case LDAP_CONSTRAINT_VIOLATION:
        case LDAP_UNWILLING_TO_PERFORM:
            return Proof::rejected;
        default:
            return Proof::unknown;
    }
}

}  // namespace

// Everything but the caches and the state text lives on `worker`, which `thread` runs.
struct PooledDirectory::Impl final : DomainSource {
    Impl(Config given, const logging::Logger& logger, base::Registry& metrics, const base::Clock& clock)
        : config(std::move(given)),
          log(logger),
          openers(opener_threads),
          searches(worker, openers, config, {"search", config.connections, searches_per_connection}, log, metrics),
          binds(worker, openers, config, {"bind", config.bind_connections, 1}, log, metrics),
          domains(limits_of(config, config.negative_ttl), counters_of(metrics, "domain"), clock),
          containers(limits_of(config, config.cache_ttl), counters_of(metrics, "container"), clock),
          users(limits_of(config, config.negative_ttl), counters_of(metrics, "user"), clock),
          passwords(password_limits_of(config), counters_of(metrics, "password"), clock),
          groups(limits_of(config, config.negative_ttl), counters_of(metrics, "groups"), clock),
          accepted(config.bind_cache_ttl, config.cache_entries, clock),
          look_up(searches, *this, config),
          nobody_dn(nobody_below(config.base_dn)),
          unknown_answers(metrics.counter("helio_ldap_unknown_total", "Questions that the directory left unanswered")),
          search_time(metrics.histogram("helio_ldap_question_seconds", "Time that a question to the directory took")),
          bind_results{&metrics.counter(binds_name, binds_help, "result=\"accepted\""),
                       &metrics.counter(binds_name, binds_help, "result=\"rejected\""),
                       &metrics.counter(binds_name, binds_help, "result=\"unknown\""),
                       &metrics.counter(binds_name, binds_help, "result=\"cached\"")} {
        int version = 0;
        ldap_get_option(nullptr, LDAP_OPT_PROTOCOL_VERSION, &version);  // libldap sets itself up, before any thread
        worker.post([this] {
            searches.start();
            binds.start();
        });
        thread = std::thread([this] {
            base::block_signal(SIGPIPE);
            worker.run();
        });
    }

    ~Impl() override {
        worker.post([this] { stop(); });
        thread.join();
    }

    // Requests fail, so questions end; then the keepers; then the worker.
    void stop() {
        const auto one_ended = [this] {
            ++pools_stopped;
            stop_when_idle();
        };
        stopping = true;
        searches.stop(one_ended);
        binds.stop(one_ended);
    }

    void stop_when_idle() {
        if (stopping && pools_stopped == 2 && under_way == 0) worker.stop();
    }

    void start(Task<> task) {
        ++under_way;
        base::start(std::move(task), [this](std::exception_ptr failure) {
            if (failure) std::terminate();  // a bug of ours: these tasks don't throw
            --under_way;
            stop_when_idle();
        });
    }

    AnswerCache<Domain>& cache_of(const DomainQuestion& question) {
        return question.by == DomainQuestion::By::name ? domains : containers;
    }
    AnswerCache<User>& cache_of(const UserQuestion&) { return users; }
    AnswerCache<StoredPasswords>& cache_of(const PasswordQuestion&) { return passwords; }
    AnswerCache<Groups>& cache_of(const GroupQuestion&) { return groups; }

    // On the worker: asks the directory and tells everyone who waits.
    template <class Question>
    Task<> answer(Question question) {
        const auto began = now();
        auto found = co_await look_up.find(question, began + config.timeout);
        search_time.observe(now() - began);
        if (found.found == Found::unknown) {
            unknown_answers.add();
            log.info("ldap.unknown", {{"question", question.key()}, {"reason", found.detail}});
        }
        cache_of(question).finish(question.key(), std::move(found));
    }

    // On a caller's thread.
    template <class Question>
    Task<Answer<typename Question::Value>> ask(Question question) {
        using Value = typename Question::Value;
        auto& cache = cache_of(question);
        const auto key = question.key();
        auto known = cache.fresh(key);
        if (known) co_return std::move(*known);
        base::Completion<Answer<Value>> done;
        const auto joined = cache.join(key, [&done](const Answer<Value>& found) { done.set(found); });
        if (joined == AnswerCache<Value>::Joined::refused)
            co_return Answer<Value>{Found::unknown, nullptr, make_error_code(errc::overloaded).message()};
        if (joined == AnswerCache<Value>::Joined::first)
            worker.post([this, asked = std::move(question)] { start(answer(asked)); });
        auto found = co_await done;
        co_return std::move(found);
    }

    // On the worker, for a step of another question, whose deadline counts.
    Task<Answer<Domain>> domain(DomainQuestion question, SteadyTime deadline) override {
        struct Shared {
            base::Event ended;
            Answer<Domain> found;
        };
        auto& cache = cache_of(question);
        const auto key = question.key();
        auto known = cache.fresh(key);
        if (known) co_return std::move(*known);
        auto shared = std::make_shared<Shared>();  // the answer may come after we have gone
        const auto joined = cache.join(key, [this, shared](const Answer<Domain>& found) {
            worker.post([shared, found] {
                shared->found = found;
                shared->ended.notify();
            });
        });
        if (joined == AnswerCache<Domain>::Joined::refused)
            co_return Answer<Domain>{Found::unknown, nullptr, make_error_code(errc::overloaded).message()};
        if (joined == AnswerCache<Domain>::Joined::first) start(answer(question));
        const bool in_time = co_await worker.wait(shared->ended, deadline);
        if (!in_time) co_return Answer<Domain>{Found::unknown, nullptr, make_error_code(errc::timed_out).message()};
        co_return shared->found;
    }

    // On the worker.
    Task<> check(std::string dn, base::Secret password, std::function<void(Proof)> tell) {
        auto code = co_await binds.bind(std::move(dn), std::move(password), now() + config.timeout);
        const auto proof = code ? proof_of(*code) : Proof::unknown;
        if (proof == Proof::unknown)
            log.info("ldap.bind_unknown", {{"reason", code ? describe(*code) : to_string(code.error())}});
        bind_results[static_cast<std::size_t>(proof)]->add();
        tell(proof);
    }

    static constexpr const char* binds_name = "helio_ldap_binds_total";
    static constexpr const char* binds_help = "Passwords checked by a bind, by result";

    const Config config;
    const logging::Logger& log;
    net::Worker worker;
    net::Pool openers;
    ConnectionPool searches;
    ConnectionPool binds;
    AnswerCache<Domain> domains;
    AnswerCache<Domain> containers;  // by DN: entries above users, most of them no domain
    AnswerCache<User> users;
    AnswerCache<StoredPasswords> passwords;  // by DN
    AnswerCache<Groups> groups;              // by DN
    BindCache accepted;
    LookUp look_up;
    const std::string nobody_dn;
    base::Counter& unknown_answers;
    base::Histogram& search_time;
    const std::array<base::Counter*, 4> bind_results;
    std::size_t under_way = 0;
    unsigned pools_stopped = 0;
    bool stopping = false;
    std::thread thread;
};

PooledDirectory::PooledDirectory(Config config, const logging::Logger& log, base::Registry& metrics,
                                 const base::Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(config), log, metrics, clock)) {}

PooledDirectory::~PooledDirectory() = default;

Task<Answer<Domain>> PooledDirectory::find_domain(std::string name) {
    if (!is_askable(name)) co_return Answer<Domain>{Found::absent, nullptr, {}};
    DomainQuestion question{DomainQuestion::By::name, base::to_lower(name)};
    auto answer = co_await impl_->ask(std::move(question));
    co_return std::move(answer);
}

Task<Answer<User>> PooledDirectory::find_login(std::string login) {
    const auto at = login.rfind('@');
    auto local_part = base::to_lower(login.substr(0, at));
    auto domain = at == std::string::npos ? impl_->config.default_domain : base::to_lower(login.substr(at + 1));
    if (!is_askable(local_part) || !is_askable(domain)) co_return Answer<User>{Found::absent, nullptr, {}};
    UserQuestion question{UserQuestion::By::login, std::move(local_part), std::move(domain)};
    auto answer = co_await impl_->ask(std::move(question));
    co_return std::move(answer);
}

Task<Answer<User>> PooledDirectory::find_address(std::string local_part, std::string domain) {
    if (!is_askable(local_part) || !is_askable(domain)) co_return Answer<User>{Found::absent, nullptr, {}};
    UserQuestion question{UserQuestion::By::address, base::to_lower(local_part), base::to_lower(domain)};
    auto answer = co_await impl_->ask(std::move(question));
    co_return std::move(answer);
}

Task<Proof> PooledDirectory::verify_password(std::shared_ptr<const User> user, base::Secret password) {
    const auto& plain = password.reveal();
    // An empty password would be an anonymous bind, which succeeds (RFC 4513 section 5.1.2).
    if (plain.empty() || plain.size() > longest_password_bytes || plain.find('\0') != std::string::npos)
        co_return Proof::rejected;
    auto& impl = *impl_;
    if (user && impl.accepted.holds(user->dn, password)) {
        impl.bind_results[3]->add();
        co_return Proof::accepted;
    }
    auto dn = user ? user->dn : impl.nobody_dn;
    base::Completion<Proof> done;
    const std::function<void(Proof)> tell = [&done](Proof proof) { done.set(proof); };
    impl.worker.post([&impl, dn, password, tell] { impl.start(impl.check(dn, password, tell)); });
    const auto proof = co_await done;
    if (!user) co_return proof == Proof::unknown ? Proof::unknown : Proof::rejected;
    if (proof == Proof::accepted) impl.accepted.accepted(dn, password);
    co_return proof;
}

Task<Answer<StoredPasswords>> PooledDirectory::find_passwords(std::shared_ptr<const User> user) {
    PasswordQuestion question{user ? user->dn : impl_->nobody_dn};
    auto answer = co_await impl_->ask(std::move(question));
    co_return std::move(answer);
}

Task<Answer<Groups>> PooledDirectory::find_groups(std::shared_ptr<const User> user) {
    GroupQuestion question{user->dn, user->domain};
    auto answer = co_await impl_->ask(std::move(question));
    co_return std::move(answer);
}

std::string PooledDirectory::not_ready() const { return impl_->searches.not_ready(); }

}  // namespace helio::ldap

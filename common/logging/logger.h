// Logger: one event per outcome, as logfmt or JSON on standard error or a file (STYLE S12).
//   log.info("imap.login", {{"session", id}, {"user", user}, {"mailhost", host}});
//   time=2026-01-31T12:00:00.123Z level=info daemon=mmp event=imap.login session=… user=… mailhost=…
// Values are escaped, so no input can forge a line or a field. A peer's misbehaviour is info, a fault of ours is error.
// Thread-safe: one write(2) per line. Secrets have no conversion to a field value and so can't be logged.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

#include "common/base/clock.h"

namespace helio::logging {

enum class Level { debug, info, warning, error };
enum class Format { logfmt, json };

/// A key and its value; numbers and flags are kept apart from text so that JSON prints them bare.
class Field {
public:
    Field(std::string_view key, std::string_view text) : key_(key), text_(text) {}
    Field(std::string_view key, const std::string& text) : key_(key), text_(text) {}
    Field(std::string_view key, const char* text) : key_(key), text_(text) {}
    Field(std::string_view key, bool flag) : key_(key), text_(flag ? "true" : "false"), bare_(true) {}
    template <std::integral I>
        requires(!std::same_as<I, bool>)
    Field(std::string_view key, I number) : key_(key), text_(std::to_string(number)), bare_(true) {}

    std::string_view key() const { return key_; }
    std::string_view text() const { return text_; }
    bool bare() const { return bare_; }

private:
    std::string_view key_;
    std::string text_;
    bool bare_ = false;
};
using Fields = std::initializer_list<Field>;

struct Config {
    Level level = Level::info;
    Format format = Format::logfmt;
    std::string file;  ///< empty: standard error
};

class Logger {
public:
    /// Opens the file for appending. Throws base::StartupError when it can't.
    Logger(const Config& config, std::string_view daemon, const base::Clock& clock = base::system_clock());
    ~Logger();
    Logger(const Logger&) = delete;
    Logger& operator=(const Logger&) = delete;

    void debug(std::string_view event, Fields fields = {}) const { write(Level::debug, event, fields); }
    void info(std::string_view event, Fields fields = {}) const { write(Level::info, event, fields); }
    void warning(std::string_view event, Fields fields = {}) const { write(Level::warning, event, fields); }
    void error(std::string_view event, Fields fields = {}) const { write(Level::error, event, fields); }

    /// Opens the file again, after logrotate moved it (SIGHUP). Keeps the old one when that fails.
    void reopen();

    /// One line without its newline; public for tests.
    static std::string format_line(Format format, base::WallTime time, Level level, std::string_view daemon,
                                   std::string_view event, Fields fields);

private:
    void write(Level level, std::string_view event, Fields fields) const;

    Config config_;
    std::string daemon_;
    const base::Clock& clock_;
    int fd_ = 2;
};

}  // namespace helio::logging

#include "common/logging/logger.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include "common/base/startup_error.h"
#include "common/base/text.h"

namespace helio::logging {
namespace {

constexpr std::array<std::string_view, 4> level_names = {"debug", "info", "warning", "error"};

constexpr std::size_t most_value_bytes = 2000;

/// A character that a terminal shows: UTF-8, no control character (U+0080 to U+009F are: ISO 6429 C1).
bool is_shown(std::string_view character) {
    const auto first = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) return first >= 32 && first < 127;
    return first != 0xc2 || static_cast<unsigned char>(character[1]) >= 0xa0;
}

// Escapes as JSON does; logfmt readers take the same form. A byte that is no UTF-8 is written as its number.
void append_quoted(std::string& line, std::string_view text) {
    line.push_back('"');
    const bool is_cut = text.size() > most_value_bytes;
    for (text = text.substr(0, most_value_bytes); !text.empty();) {
        const auto character = text.substr(0, std::max<std::size_t>(base::utf8_length(text), 1));
        text.remove_prefix(character.size());
        if (character == "\"" || character == "\\") {
            line.append("\\").append(character);
        } else if (character == "\n") {
            line += "\\n";
        } else if (is_shown(character)) {
            line += character;
        } else {
            for (const char c : character) line += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        }
    }
    if (is_cut) line += "...";
    line.push_back('"');
}

bool needs_quotes(std::string_view text) {
    if (text.empty() || text.size() > most_value_bytes) return true;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 32 || byte >= 127 || c == '"' || c == '=' || c == '\\') return true;
    }
    return false;
}

void append_logfmt(std::string& line, std::string_view key, std::string_view text) {
    if (!line.empty()) line.push_back(' ');
    line.append(key).push_back('=');
    if (needs_quotes(text))
        append_quoted(line, text);
    else
        line.append(text);
}

void append_json(std::string& line, std::string_view key, std::string_view text, bool bare) {
    line.push_back(line.empty() ? '{' : ',');
    append_quoted(line, key);
    line.push_back(':');
    if (bare)
        line.append(text);
    else
        append_quoted(line, text);
}

std::string iso_time(base::WallTime time) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(ms / 1000)), ms % 1000);
}

int open_log(const std::string& file) { return ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640); }

}  // namespace

Logger::Logger(const Config& config, std::string_view daemon, const base::Clock& clock)
    : config_(config), daemon_(daemon), clock_(clock) {
    if (config_.file.empty()) return;
    fd_ = open_log(config_.file);
    if (fd_ < 0)
        throw base::StartupError(fmt::format("can't open the log file {}: {}; make its folder or change log.file",
                                             config_.file, std::strerror(errno)));
}

Logger::~Logger() {
    if (fd_ > 2) ::close(fd_);
}

void Logger::reopen() {
    if (config_.file.empty()) return;
    const int fresh = open_log(config_.file);
    if (fresh < 0) return error("log.reopen_failed", {{"file", config_.file}, {"reason", std::strerror(errno)}});
    ::dup2(fresh, fd_);
    ::close(fresh);
}

std::string Logger::format_line(Format format, base::WallTime time, Level level, std::string_view daemon,
                                std::string_view event, Fields fields) {
    std::string line;
    const auto add = [&](std::string_view key, std::string_view text, bool bare) {
        if (format == Format::json)
            append_json(line, key, text, bare);
        else
            append_logfmt(line, key, text);
    };
    add("time", iso_time(time), false);
    add("level", level_names[static_cast<std::size_t>(level)], false);
    add("daemon", daemon, false);
    add("event", event, false);
    for (const auto& field : fields) add(field.key(), field.text(), field.bare());
    if (format == Format::json) line.push_back('}');
    return line;
}

void Logger::write(Level level, std::string_view event, Fields fields) const {
    if (level < config_.level) return;
    auto line = format_line(config_.format, clock_.wall_now(), level, daemon_, event, fields);
    line.push_back('\n');
    // A full disk or a closed pipe must not stop mail: a line that can't be written is dropped.
    [[maybe_unused]] const auto written = ::write(fd_, line.data(), line.size());
}

}  // namespace helio::logging

#include "common/base/signals.h"

#include <signal.h>

namespace helio::base {
namespace {

void change(int how, int signal) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, signal);
    ::pthread_sigmask(how, &signals, nullptr);
}

}  // namespace

void block_signal(int signal) { change(SIG_BLOCK, signal); }
void unblock_signal(int signal) { change(SIG_UNBLOCK, signal); }

}  // namespace helio::base

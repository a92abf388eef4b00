// Qt is not built with ThreadSanitizer, which therefore does not see its locks: what one thread hands to
// another through Qt (a task for the thread pool, a queued call) would look like a race. The linker sends
// both calls through here
// (--wrap), where the hand-over is told; everything else is still watched. (This file itself is not.)
#include "tests/race/qt_handover.h"

#include <sanitizer/tsan_interface.h>

#include <QCoreApplication>
#include <QThreadPool>
#include <functional>

namespace {

char handed_over;

/// Sees every event before its receiver does, in the receiver's thread.
class Receiving : public QObject {
 public:
  bool eventFilter(QObject*, QEvent*) override {
    __tsan_acquire(&handed_over);
    return false;
  }
};

using Task = std::function<void()>;

}  // namespace

void real_start(QThreadPool* pool, Task task,
                int priority) __asm__("__real__ZN11QThreadPool5startESt8functionIFvvEEi");
void wrapped_start(QThreadPool* pool, Task task,
                   int priority) __asm__("__wrap__ZN11QThreadPool5startESt8functionIFvvEEi");
bool real_invoke(QObject* object, QtPrivate::QSlotObjectBase* slot, Qt::ConnectionType type, void* result) __asm__(
    "__real__"
    "ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv");
bool wrapped_invoke(QObject* object, QtPrivate::QSlotObjectBase* slot, Qt::ConnectionType type, void* result) __asm__(
    "__wrap__ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotO"
    "bjectBaseEN2Qt14ConnectionTypeEPv");

void wrapped_start(QThreadPool* pool, Task task, int priority) {
  auto* held = new Task(std::move(task));
  __tsan_release(&handed_over);
  real_start(
      pool,
      [held] {
        __tsan_acquire(&handed_over);
        (*held)();
        delete held;
        __tsan_release(&handed_over);
      },
      priority);
}

bool wrapped_invoke(QObject* object, QtPrivate::QSlotObjectBase* slot, Qt::ConnectionType type,
                    void* result) {
  __tsan_release(&handed_over);
  return real_invoke(object, slot, type, result);
}

void ringside::ui::tell_handovers(QCoreApplication& app) { app.installEventFilter(new Receiving); }

void ringside::ui::tell_the_end() {
  QThreadPool::globalInstance()->waitForDone();
  __tsan_acquire(&handed_over);
}

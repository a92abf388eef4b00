// The checker itself, on files that do not exist: it must see what it is there for.
#include "tests/layers/include_rules.h"

#include <gmock/gmock.h>

namespace ringside::layers {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> check(const std::string& path, const std::string& text) {
  return forbidden_includes(from_text(path, text));
}

TEST(IncludeRules, KernelCodeMayUseTheModel) {
  EXPECT_THAT(
      check("core/kernel/net/ipv4/tcp_input.cpp", "#include \"core/model/sock.h\"\n#include <vector>\n"),
      IsEmpty());
}

TEST(IncludeRules, KernelCodeMayNotSeeTheTrace) {
  EXPECT_THAT(check("core/kernel/net/ipv4/tcp_input.cpp", "\n#include \"core/trace/step.h\"\n"),
              ElementsAre(HasSubstr(
                  "tcp_input.cpp:2: includes core/trace/step.h: core/kernel may not know core/trace")));
}

TEST(IncludeRules, TheWindowReachesTheKernelThroughTheDoorOnly) {
  EXPECT_THAT(check("ui/stage/stage.cpp", "#include \"core/engine/run.h\"\n"), IsEmpty());
  EXPECT_THAT(check("ui/stage/stage.cpp", "#include \"core/kernel/net/core/dev.h\"\n"),
              ElementsAre(HasSubstr("may not know")));
  EXPECT_THAT(check("app/cli_main.cpp", "#include \"core/machine/loop.h\"\n"),
              ElementsAre(HasSubstr("may not know")));
}

TEST(IncludeRules, NoQtInTheCoreNorInTheCommandLine) {
  for (const char* header : {"<QString>", "<QtGlobal>", "<QtWidgets/QWidget>", "<qobject.h>"}) {
    EXPECT_THAT(check("core/base/text.cpp", std::string("#include ") + header),
                ElementsAre(HasSubstr("no Qt")))
        << header;
    EXPECT_THAT(check("app/cli_main.cpp", std::string("#include ") + header), ElementsAre(HasSubstr("no Qt")))
        << header;
    EXPECT_THAT(check("app/main.cpp", std::string("#include ") + header), IsEmpty()) << header;
  }
  EXPECT_THAT(check("app/cli_main.cpp", "#include \"ui/session/session.h\""),
              ElementsAre(HasSubstr("no window")));
}

TEST(IncludeRules, QCustomPlotStaysInTheCharts) {
  EXPECT_THAT(check("ui/charts/depth_chart.cpp", "#include <qcustomplot.h>"), IsEmpty());
  EXPECT_THAT(check("ui/panels/panel.cpp", "#include <qcustomplot.h>"),
              ElementsAre(HasSubstr("stays in ui/charts")));
}

TEST(IncludeRules, AFolderThatNobodyDescribedIsNoticed) {
  EXPECT_THAT(check("core/attic/box.cpp", "#include \"core/base/seq.h\""),
              ElementsAre(HasSubstr("in no room")));
}

}  // namespace
}  // namespace ringside::layers

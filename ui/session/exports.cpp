#include "ui/session/exports.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include "core/live/model_capture.h"
#include "core/query/packet_filter.h"
#include "core/trace/json_lines.h"
#include "ui/look/theme.h"
#include "ui/stage/stage_widget.h"

namespace ringside::ui {

namespace {

Error write_error(const QString& path, const QString& detail) {
  Error error;
  error.id = "session.write";
  error.file = path.toStdString();
  error.args.emplace_back("detail", detail.toStdString());
  return error;
}

std::optional<Error> paint_on(QPaintDevice& device, StageWidget& stage, const QString& path, qreal scale) {
  QPainter painter(&device);
  if (!painter.isActive()) return write_error(path, QStringLiteral("-"));
  painter.setRenderHint(QPainter::Antialiasing);
  painter.scale(scale, scale);
  painter.fillRect(QRectF(QPointF(0, 0), QSizeF(stage.size())), theme().window);
  stage.render_to(painter, QSizeF(stage.size()));
  return std::nullopt;
}

}  // namespace

std::optional<Error> save_stage(StageWidget& stage, const QString& path) {
  const QString suffix = QFileInfo(path).suffix().toLower();
  QBuffer picture;
  picture.open(QIODevice::WriteOnly);
  std::optional<Error> problem;
  if (suffix == QLatin1String("svg")) {
    QSvgGenerator svg;
    svg.setOutputDevice(&picture);
    svg.setSize(stage.size());
    svg.setViewBox(QRect(QPoint(0, 0), stage.size()));
    svg.setTitle(QStringLiteral("Ringside"));
    problem = paint_on(svg, stage, path, 1);
  } else if (suffix == QLatin1String("pdf")) {
    QPdfWriter pdf(&picture);
    constexpr qreal kPixelsAPoint = 96.0 / 72.0;
    pdf.setPageSize(QPageSize(QSizeF(stage.size()) / kPixelsAPoint, QPageSize::Point));
    pdf.setPageMargins(QMarginsF());
    problem = paint_on(pdf, stage, path, pdf.logicalDpiX() / 96.0);
  } else {
    QImage image(stage.size() * 2, QImage::Format_RGB32);
    problem = paint_on(image, stage, path, 2);
    if (!problem && !image.save(&picture, suffix.toLatin1().constData())) problem = write_error(path, suffix);
  }
  if (problem) return problem;
  QSaveFile file(path);  // what was there stays until the new one is whole
  if (!file.open(QIODevice::WriteOnly) || file.write(picture.data()) != picture.data().size() ||
      !file.commit())
    return write_error(path, file.errorString());
  return std::nullopt;
}

void Exporter::write_trace(const Session& session, const QString& path, Done done) {
  using Outcome = std::optional<Error>;
  work_.start<Outcome>(
      [trace = session.player().shared_trace(), run = session.run(),
       path](const std::atomic<bool>& cancelled) -> Outcome {
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly)) return write_error(path, file.errorString());
        JsonLinesOptions options;
        if (path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive))
          options.form = JsonLinesOptions::Form::csv;
        const bool whole = write_json_lines(*trace, options, [&](const std::string& line) {
          return !cancelled && file.write(line.data(), static_cast<qint64>(line.size())) >= 0 &&
                 file.write("\n") == 1;
        });
        if (!whole || !file.commit()) return write_error(path, file.errorString());
        return std::nullopt;
      },
      std::move(done));
}

void Exporter::write_packets(const Session& session, const QString& path, Done done) {
  using Outcome = std::optional<Error>;
  work_.start<Outcome>(
      [trace = session.player().shared_trace(), table = session.table(),
       path](const std::atomic<bool>& cancelled) -> Outcome {
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly)) return write_error(path, file.errorString());
        file.write(
            "number,t_ns,source,sport,destination,dport,protocol,seq,ack,len,wire_len,flags,fate,reason,"
            "place,"
            "delivered_ns,delivered_len,flow,first_step,last_step\n");
        for (std::uint32_t i = 0;
             i < std::min<std::size_t>(table->size(), trace->packet_count()) && !cancelled; ++i) {
          const query::PacketFacts& f = (*table)[i];
          const PacketRow row = trace->packet(i);
          QStringList cells{QString::number(f.number),
                            QString::number(row.t_ns),
                            QString::fromStdString(table->source(f).to_string()),
                            QString::number(table->sport(f)),
                            QString::fromStdString(table->destination(f).to_string()),
                            QString::number(table->dport(f)),
                            QString::fromStdString(query::protocol_of(f)),
                            QString::number(f.seq),
                            QString::number(f.ack),
                            QString::number(f.len),
                            QString::number(f.wire_len),
                            QString::number(f.flags),
                            QString::fromLatin1(name_of(row.fate)),
                            QString::fromLatin1(name_of(row.reason)),
                            QString::fromLatin1(name_of(row.place)),
                            QString::number(row.delivered_ns),
                            QString::number(row.delivered_len),
                            QString::number(row.flow),
                            QString::number(row.first_step),
                            QString::number(row.last_step)};
          file.write(cells.join(QLatin1Char(',')).toUtf8() + '\n');
        }
        if (cancelled || !file.commit()) return write_error(path, file.errorString());
        return std::nullopt;
      },
      std::move(done));
}

void Exporter::write_capture(const Session& session, const QString& path, Done done) {
  using Outcome = std::optional<Error>;
  work_.start<Outcome>(
      [scenario = session.scenario(), path](const std::atomic<bool>& cancelled) -> Outcome {
        const auto written = live::write_model_capture(scenario, path.toStdString(), &cancelled);
        return written ? Outcome{} : Outcome{written.error()};
      },
      std::move(done));
}

}  // namespace ringside::ui

/** What the page of metrics says to those who want one number for how calls sound. */
export const estimatedMos = `### If somebody asks for a MOS

No series is called MOS, because no PBX knows it. What a PBX measures is loss, jitter and roundtrip; how that sounds depends on
the codec, on whether the phone conceals losses (worth up to two points at 10 % loss), on bursts, and on echo and level, which
nobody measures here. Audio that goes one way only has a perfect score. If a number is wanted all the same, let a recording rule
make it, named after the codec for which it holds and called estimated. This one is the E-model in its usual short form
(ITU-T G.107, numbers of G.113 Appendix I) for **G.711 with packet loss concealment**; it does not hold for G.722, Opus or G.729.

\`\`\`yaml
groups:
  - name: estimated-mos
    rules:
      - record: pbx:call_leg_loss_percent:rate15m
        expr: |
          100 * sum by (pbx) (rate(pbx_rtp_packets_lost_total{direction="in"}[15m]))
          / (
            sum by (pbx) (rate(pbx_rtp_packets_lost_total{direction="in"}[15m]))
            + sum by (pbx) (rate(pbx_rtp_packets_received_total{direction="in"}[15m]))
          )
      - record: pbx:call_leg_delay_milliseconds:rate15m
        expr: |
          40
          + 500 * sum by (pbx) (rate(pbx_call_leg_roundtrip_seconds_sum[15m]))
          / sum by (pbx) (rate(pbx_call_leg_roundtrip_seconds_count[15m]))
          + 2000 * sum by (pbx) (rate(pbx_call_leg_jitter_seconds_sum{direction="in"}[15m]))
          / sum by (pbx) (rate(pbx_call_leg_jitter_seconds_count{direction="in"}[15m]))
      - record: pbx:estimated_rating_g711_concealed:rate15m
        expr: |
          93.2
          - 0.024 * pbx:call_leg_delay_milliseconds:rate15m
          - 0.11 * clamp_min(pbx:call_leg_delay_milliseconds:rate15m - 177.3, 0)
          - 95 * pbx:call_leg_loss_percent:rate15m / (pbx:call_leg_loss_percent:rate15m + 25.1)
      - record: pbx:estimated_mos_g711_concealed:rate15m
        expr: |
          clamp(
            1 + 0.035 * pbx:estimated_rating_g711_concealed:rate15m
            + 0.000007 * pbx:estimated_rating_g711_concealed:rate15m
            * (pbx:estimated_rating_g711_concealed:rate15m - 60)
            * (100 - pbx:estimated_rating_g711_concealed:rate15m),
            1, 4.5
          )
\`\`\`

A clean line reads 4.4, one with 2 % loss 4.2, one with 10 % loss 3.4.
`;

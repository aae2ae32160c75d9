/** Which angles are too far aside in a session. */

const GAZE = { yaw_degrees: 13, pitch_up_degrees: 12, pitch_down_degrees: 12 };
const HEAD = { yaw_degrees: 30, pitch_up_degrees: 25, pitch_down_degrees: 22 };
/* The service's own, where a session does not change them. */

/** Of head and gaze, in degrees: {yaw: [left, right], pitch: [up, down]}, what is below as < 0. */
export function limits(session) {
  const screen = session?.calibration;
  const gaze = { ...GAZE, ...session?.rules?.gaze_away };
  const head = { ...HEAD, ...session?.rules?.head_turned };
  return {
    head: sides(head),
    gaze: screen
      ? sides({
          yaw_degrees: screen.yaw_limit,
          pitch_up_degrees: screen.pitch_limit,
          pitch_down_degrees: screen.pitch_limit,
        })
      : sides(gaze),
  };
}

const sides = ({ yaw_degrees: yaw, pitch_up_degrees: up, pitch_down_degrees: down }) => ({
  yaw: [yaw, -yaw],
  pitch: [up, -down],
});

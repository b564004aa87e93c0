// What the statistics of one connection mean, in terms that have words on the page.

/** How media come: from page to page, through a relay, or through the SFU. */
export type Way = 'direct' | 'relayed' | 'server';

export interface Sample {
  /** What it is about: only samples of the same can be compared. */
  source: string;
  /** Milliseconds, by the statistics' own clock. */
  time: number;
  voicePackets: number;
  packets: number;
  lost: number;
  roundTripMs: number | undefined;
  way: Way | undefined;
  width: number;
  height: number;
  frames: number;
}

export type Grade = 'good' | 'fair' | 'poor';

export interface Quality {
  grade: Grade;
  way: Way | undefined;
  roundTripMs: number | undefined;
  /** Of what was sent to us, in percent. */
  lossPercent: number;
  width: number;
  height: number;
  framesPerSecond: number;
  /** Packets of their voice since the sample before. */
  voicePackets: number;
}

type Stat = Record<string, unknown> & { type: string; id: string };

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The pair that carries the media: chosen by the transport, or (Firefox) marked itself. */
function pairIn(stats: Stat[]): Stat | undefined {
  const selected = stats.find((stat) => stat.type === 'transport' && stat.selectedCandidatePairId)?.selectedCandidatePairId;
  if (selected !== undefined) return stats.find((stat) => stat.id === selected);
  const pairs = stats.filter((stat) => stat.type === 'candidate-pair');
  return pairs.find((pair) => pair.selected === true) ?? pairs.find((pair) => pair.nominated === true && pair.state === 'succeeded');
}

/** Of one connection; or of some lines of it, named by their mids. */
export function sampleOf(report: Iterable<[string, unknown]>, mids?: readonly string[]): Sample {
  const stats = [...report].map(([, stat]) => stat as Stat);
  const sample: Sample = {
    source: mids?.join() ?? 'all',
    time: 0,
    voicePackets: 0,
    packets: 0,
    lost: 0,
    roundTripMs: undefined,
    way: undefined,
    width: 0,
    height: 0,
    frames: 0,
  };
  for (const stat of stats) {
    if (stat.type === 'inbound-rtp' && (!mids || mids.includes(String(stat.mid)))) addInbound(sample, stat);
  }
  const pair = pairIn(stats);
  if (pair) {
    if (typeof pair.currentRoundTripTime === 'number') sample.roundTripMs = Math.round(pair.currentRoundTripTime * 1000);
    const ends = stats.filter((stat) => stat.id === pair.localCandidateId || stat.id === pair.remoteCandidateId);
    const relayed = ends.some((end) => end.candidateType === 'relay');
    if (ends.length > 0) sample.way = mids ? 'server' : relayed ? 'relayed' : 'direct';
  }
  return sample;
}

function addInbound(sample: Sample, stat: Stat): void {
  sample.time = Math.max(sample.time, number(stat.timestamp));
  sample.packets += number(stat.packetsReceived);
  sample.lost += Math.max(0, number(stat.packetsLost));
  if (stat.kind === 'audio') sample.voicePackets += number(stat.packetsReceived);
  // The larger picture is the one that matters: the screen, where there is one.
  if (stat.kind === 'video' && number(stat.frameWidth) >= sample.width) {
    sample.width = number(stat.frameWidth);
    sample.height = number(stat.frameHeight);
    sample.frames = number(stat.framesDecoded);
  }
}

function gradeOf(lossPercent: number, roundTripMs: number | undefined): Grade {
  const trip = roundTripMs ?? 0;
  if (lossPercent >= 8 || trip >= 500) return 'poor';
  return lossPercent >= 2 || trip >= 250 ? 'fair' : 'good';
}

/** From two samples of one connection, the older one first. */
export function qualityOf(before: Sample, after: Sample): Quality {
  const arrived = Math.max(0, after.packets - before.packets);
  const lost = Math.max(0, after.lost - before.lost);
  const lossPercent = arrived + lost === 0 ? 0 : (100 * lost) / (arrived + lost);
  const seconds = (after.time - before.time) / 1000;
  const frames = Math.max(0, after.frames - before.frames);
  return {
    grade: gradeOf(lossPercent, after.roundTripMs),
    way: after.way,
    roundTripMs: after.roundTripMs,
    lossPercent,
    width: after.width,
    height: after.height,
    framesPerSecond: seconds > 0 ? Math.round(frames / seconds) : 0,
    voicePackets: Math.max(0, after.voicePackets - before.voicePackets),
  };
}

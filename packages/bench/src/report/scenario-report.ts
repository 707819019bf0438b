/** One thing that was measured several times. */
export interface Figure {
  readonly what: string
  readonly unit: 's' | 'x' | 'MB' | 'us/row' | 'requests'
  readonly samples: readonly number[]
  /** The median is not to be above it. */
  readonly goalMax?: number
}

/** What a scenario measured on one server. */
export interface ScenarioReport {
  readonly scenario: string
  /** Such as `mariadb 10.11.19`. */
  readonly server: string
  /** How it was set up, for people. */
  readonly setup: string
  readonly figures: readonly Figure[]
  /** Sentences: what was proven, what was skipped. */
  readonly notes: readonly string[]
  /** The median run's, with `--profile`. */
  readonly profile: string | undefined
  /** Everything, for the JSON file. */
  readonly measured: unknown
}

namespace OciRuntime.Bench;

/// <summary>Something whose times are taken.</summary>
internal interface IContestant
{
    string Name { get; }

    /// <summary>Milliseconds of create, start, wait and delete of <c>true</c>.</summary>
    double Run();

    /// <summary>The same with the bundle of <see cref="BenchBundle.Limited"/>; null when it has no such thing.</summary>
    /// <param name="cold">Nothing that an earlier run kept of it is there.</param>
    double? RunLimited(bool cold);

    /// <summary>The verbs one by one on a container that sleeps; false when it has none.</summary>
    bool Verbs(Action<string, double> take);

    /// <summary>Makes containers and lists them some times; false when it can't.</summary>
    bool List(int containers, int rounds, Action<string, double> take);
}

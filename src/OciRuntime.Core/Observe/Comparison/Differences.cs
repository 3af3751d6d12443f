namespace OciRuntime.Core.Observe.Comparison;

/// <summary>Collects what differs.</summary>
internal sealed class Differences(string id)
{
    public List<OciContainerDifference> List { get; } = [];

    /// <summary>Adds a line when the texts are not equal.</summary>
    public void Check(string property, string expected, string actual, string? pointer)
    {
        if (expected != actual)
            Add(property, expected, actual, pointer);
    }

    /// <summary>Adds a line.</summary>
    public void Add(string property, string expected, string actual, string? pointer) =>
        List.Add(new OciContainerDifference { Id = id, Property = property, Expected = expected, Actual = actual, SpecPointer = pointer });
}

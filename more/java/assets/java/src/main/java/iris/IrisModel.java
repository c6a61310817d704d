package iris;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;

/** The model: it loads model.onnx once, and answers rows of four measurements with rows of three probabilities. */
@Service
public class IrisModel implements Model {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final MeterRegistry metrics;

    public IrisModel(MeterRegistry metrics) throws OrtException {
        this.session = environment.createSession("model.onnx");
        this.metrics = metrics;
    }

    @Override
    public List<String> classNames() {
        return List.of("setosa", "versicolor", "virginica");
    }

    @Override
    public float[][] predict(float[][] flowers) throws OrtException {
        try (OnnxTensor input = OnnxTensor.createTensor(environment, flowers);
                OrtSession.Result answer = session.run(Map.of("flowers", input))) {
            float[][] probabilities = (float[][]) answer.get("probabilities").orElseThrow().getValue();
            for (float[] row : probabilities) {
                metrics.counter("iris_answers", "class", classNames().get(highest(row))).increment();
            }
            return probabilities;
        }
    }

    private static int highest(float[] row) {
        int best = 0;
        for (int column = 1; column < row.length; column++) {
            if (row[column] > row[best]) {
                best = column;
            }
        }
        return best;
    }
}

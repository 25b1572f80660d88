"""How we know that it is good: tasks, systems, measures, runs, statistics, and speed.

The public surface, in the order of use; what is not named here is private to the room.
"""

# Say what to ask, and of what
from groundwire.eval.tasks import Choice as Choice
from groundwire.eval.tasks import TaskSummary as TaskSummary
from groundwire.eval.tasks import find_tasks as find_tasks
from groundwire.eval.tasks import read_task as read_task
from groundwire.eval.schema import Corpus as Corpus
from groundwire.eval.schema import CorpusLine as CorpusLine
from groundwire.eval.schema import Task as Task
from groundwire.eval.corpus import corpus_of as corpus_of
from groundwire.eval.corpus import open_corpus as open_corpus
from groundwire.eval.systems import System as System
from groundwire.eval.systems import find_system as find_system
from groundwire.eval.systems import list_systems as list_systems

# Propose questions
from groundwire.eval.making import propose_questions as propose_questions
from groundwire.eval.proposals import write_proposals as write_proposals

# Run
from groundwire.eval.running import Plan as Plan
from groundwire.eval.running import RunProgress as RunProgress
from groundwire.eval.citation_measures import scoring_entailment as scoring_entailment
from groundwire.eval.case_log import check_folder as check_folder
from groundwire.eval.finishing import run_system as run_system

# Calibrate support, and certify risks
from groundwire.eval.draft_scoring import ScoredDrafts as ScoredDrafts
from groundwire.eval.draft_scoring import Watch as Watch
from groundwire.eval.draft_scoring import score_drafts as score_drafts
from groundwire.eval.scored_cases import ScoredCase as ScoredCase
from groundwire.eval.calibrating import Fit as Fit
from groundwire.eval.calibrating import calibrate as calibrate
from groundwire.eval.risk_check import RiskCheck as RiskCheck
from groundwire.eval.risk_check import check_risks as check_risks

# Judge faithfulness by language models, and the judges by people
from groundwire.eval.judging import Judge as Judge
from groundwire.eval.judging import shipped_judges as shipped_judges
from groundwire.eval.judge_panel import Panel as Panel
from groundwire.eval.judge_labels import read_labels as read_labels
from groundwire.eval.judge_labels import agree_with_labels as agree_with_labels

# Look at runs
from groundwire.eval.runs import REPORT as REPORT
from groundwire.eval.runs import RunSummary as RunSummary
from groundwire.eval.runs import is_run as is_run
from groundwire.eval.runs import list_runs as list_runs
from groundwire.eval.runs import read_run as read_run
from groundwire.eval.runs import runs_folder as runs_folder
from groundwire.eval.schema import Estimate as Estimate
from groundwire.eval.schema import Results as Results
from groundwire.eval.plots import plot_measures as plot_measures
from groundwire.eval.report import render_report as render_report
from groundwire.eval.report import render_run as render_run
from groundwire.eval.run_view import in_words as in_words
from groundwire.eval.run_view import main_measures as main_measures

# Compare them
from groundwire.eval.comparing import parse_comparable as parse_comparable
from groundwire.eval.comparing import compare_runs as compare_runs
from groundwire.eval.schema import Comparison as Comparison
from groundwire.eval.verdicts import verdicts as verdicts

# Compare two readers, before one replaces the other
from groundwire.eval.reader_trial import try_readers as try_readers
